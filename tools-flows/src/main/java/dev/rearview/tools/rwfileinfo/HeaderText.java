package dev.rearview.tools.rwfileinfo;

import dev.rearview.kit.site.SiteOption;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Site;
import dev.rearview.text.TimeFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Says what the header of a SiLK file holds.
final class HeaderText {
    private final SiteOption site;

    /// @param site names flowtypes and sensors
    HeaderText(SiteOption site) {
        this.site = site;
    }

    /// How much a file holds.
    record Amount(long records, long octets) {}

    /// Tells one field of a header, if the header has it.
    ///
    /// @param field its number, of [InfoFields]
    void tell(int field, SilkHeader h, Amount amount, Report out) {
        switch (field) {
            case 1 ->
                    out.line(
                            "format(id)",
                            SilkFormat.nameOf(h.format())
                                    + String.format(Locale.ROOT, "(0x%02x)", h.format()));
            case 2 -> out.line("version", Integer.toString(h.fileVersion()));
            case 3 -> out.line("byte-order", h.isBigEndian() ? "BigEndian" : "littleEndian");
            case 4 ->
                    out.line(
                            "compression(id)",
                            Compression.nameOf(h.compression()) + "(" + h.compression() + ")");
            case 5 -> out.line("header-length", Integer.toString(h.length()));
            case 6 -> out.line("record-length", Integer.toString(h.recordSize()));
            case 7 -> out.line("count-records", Long.toString(amount.records));
            case 8 -> out.line("file-size", Long.toString(amount.octets));
            case 9 -> out.numbered("command-lines", h.entries(SilkHeader.ENTRY_INVOCATION));
            case 10 -> out.line("record-version", Integer.toString(h.recordVersion()));
            case 11 -> {
                int v = h.silkVersion();
                out.line("silk-version", v == 0 ? "0" : SilkHeader.versionText(v));
            }
            case 12 -> packed(h, out);
            case 13 ->
                    h.entry(SilkHeader.ENTRY_PROBE_NAME)
                            .ifPresent(e -> out.line("probe-name", e.text()));
            case 14 -> out.numbered("annotations", h.entries(SilkHeader.ENTRY_ANNOTATION));
            default -> special(field, h, out);
        }
    }

    private void packed(SilkHeader h, Report out) {
        Optional<SilkHeader.PackedFile> packed = h.packedFile();
        if (packed.isEmpty()) {
            return;
        }
        Site s = site.site();
        SilkHeader.PackedFile p = packed.get();
        TimeFormat f = TimeFormat.DEFAULT.withMilliseconds(false);
        String type =
                s.flowtype(p.flowtype() & 0xFF)
                        .map(Flowtype::name)
                        .orElse(Integer.toString(p.flowtype()));
        out.line(
                "packed-file-info",
                f.format(p.hourMs()) + "Z " + type + " " + s.sensorName(p.sensor()));
    }

    private void special(int field, SilkHeader h, Report out) {
        int id =
                switch (field) {
                    case 15 -> SilkHeader.ENTRY_PREFIX_MAP;
                    case 16 -> SilkHeader.ENTRY_IP_SET;
                    case 17 -> SilkHeader.ENTRY_BAG;
                    case 18 -> SilkHeader.ENTRY_AGGREGATE_BAG;
                    default -> SilkHeader.ENTRY_TOMBSTONE;
                };
        Optional<SilkHeader.Entry> entry = h.entry(id);
        if (entry.isEmpty()) {
            return;
        }
        ByteBuffer b = ByteBuffer.wrap(entry.get().data());
        String text =
                switch (field) {
                    case 15 ->
                            "v"
                                    + b.getInt(0)
                                    + ": "
                                    + new SilkHeader.Entry(
                                                    id,
                                                    Arrays.copyOfRange(b.array(), 4, b.capacity()))
                                            .text();
                    case 16 -> ipSet(h, b);
                    case 17 -> EntryNames.bag(b);
                    case 18 -> EntryNames.aggregateBag(b);
                    default ->
                            "v" + b.getInt(0) + ", id = " + Integer.toUnsignedString(b.getInt(4));
                };
        out.line(InfoFields.name(field), text);
    }

    private static String ipSet(SilkHeader h, ByteBuffer b) {
        if (h.recordVersion() >= 4) {
            return b.getInt(8) == 16 ? "IPv6" : "IPv4";
        }
        return String.format(
                Locale.ROOT,
                "%d-way branch, root@%d, %d x %db nodes, %d x %db leaves",
                b.getInt(0),
                b.getInt(20),
                b.getInt(12),
                b.getInt(16),
                b.getInt(4),
                b.getInt(8));
    }
}
