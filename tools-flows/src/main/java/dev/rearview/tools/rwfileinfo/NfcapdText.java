package dev.rearview.tools.rwfileinfo;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.nfcapd.NfcapdReader;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says what a file of nfcapd holds. It has no command line, and its flows have to be read: a
/// record may be two of them.
final class NfcapdText {
    private final String name;
    private final Path path;
    private long records;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private @Nullable IOException damage;

    /// @param name for messages
    NfcapdText(String name, Path path) {
        this.name = name;
        this.path = path;
    }

    static boolean isNfcapd(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return NfcapdReader.isNfcapd(in.readNBytes(2));
        }
    }

    /// Tells some fields.
    ///
    /// @param counts whether the flows are counted
    void tell(Set<Integer> fields, boolean counts, Report out) throws IOException {
        try (NfcapdReader reader = NfcapdReader.open(Files.newInputStream(path), name)) {
            boolean wantsTimes = fields.contains(InfoFields.PACKED_FILE_INFO);
            if (counts || wantsTimes || fields.contains(InfoFields.COUNT_RECORDS)) {
                read(reader);
            }
            out.heading(name);
            for (int field : InfoFields.inOrder()) {
                if (fields.contains(field)) {
                    tell(field, reader.header(), out);
                }
            }
        }
    }

    private void tell(int field, NfcapdReader.Header h, Report out) throws IOException {
        switch (field) {
            case InfoFields.FORMAT -> out.line("format(id)", "nfcapd");
            case 2 -> out.line("version", Integer.toString(h.layout()));
            case 3 -> out.line("byte-order", h.isBigEndian() ? "BigEndian" : "littleEndian");
            case 4 -> out.line("compression(id)", h.packing());
            case 5 -> out.line("header-length", Integer.toString(h.headerLength()));
            case InfoFields.COUNT_RECORDS -> out.line("count-records", Long.toString(records));
            case InfoFields.FILE_SIZE -> out.line("file-size", Long.toString(Files.size(path)));
            case InfoFields.PACKED_FILE_INFO -> {
                if (records > 0) {
                    out.line("packed-file-info", time(first) + " - " + time(last));
                }
            }
            default -> {
                // What only SiLK's files have.
            }
        }
    }

    private static String time(long us) {
        return TimeFormat.DEFAULT.format(Math.floorDiv(us, 1000)) + "Z";
    }

    private void read(NfcapdReader reader) throws IOException {
        try {
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                long[] starts = b.values(Field.STIME);
                long[] durations = b.values(Field.DURATION);
                for (int i = 0; i < b.size(); i++) {
                    first = Math.min(first, starts[i]);
                    last = Math.max(last, starts[i] + durations[i]);
                }
                records += b.size();
            }
        } catch (IOException e) {
            damage = e;
        }
    }

    /// Flows that were read.
    long records() {
        return records;
    }

    /// What ended the flows too early.
    Optional<IOException> damage() {
        return Optional.ofNullable(damage);
    }
}
