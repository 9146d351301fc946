package dev.rearview.silk;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.model.Protocols;
import dev.rearview.silk.RecordLayout.Origin;
import dev.rearview.site.PathFormat;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads flow records of every SiLK layout, version, byte order and compression.
public final class SilkReader implements FlowSource {
    static final int BATCH = 8192;

    private final Octets octets;
    private final RecordLayout layout;
    private final Origin origin;
    private final byte[] bytes;
    private final ByteBuffer buffer;

    /// What batches are made of: columns where the layout has them, otherwise rows.
    private final @Nullable RecordColumns columns;

    private final @Nullable FlowBatch batch;
    private final FlowRecord record = new FlowRecord();
    private final boolean fixIcmp;
    private final boolean swapIcmp;

    /// Octets of records that are in `bytes` already.
    private int ahead;

    private boolean closed;

    private SilkReader(Octets octets, RecordLayout layout, Origin origin, boolean fixIcmp) {
        this.octets = octets;
        this.layout = layout;
        this.origin = origin;
        this.fixIcmp = fixIcmp;
        SilkHeader h = octets.file.header();
        this.swapIcmp =
                h.isLegacy()
                        && (h.isFormat(SilkFormat.FT_RWFILTER)
                                || h.isFormat(SilkFormat.FT_RWNOTROUTED)
                                || h.isFormat(SilkFormat.FT_RWROUTED)
                                || h.isFormat(SilkFormat.FT_RWSPLIT)
                                || h.isFormat(SilkFormat.FT_RWWWW));
        this.bytes = new byte[BATCH * layout.size()];
        this.buffer = ByteBuffer.wrap(bytes).order(h.order());
        boolean both = h.isFormat(SilkFormat.FT_RWIPV6ROUTING) && h.recordVersion() == 1;
        boolean hasColumns = both || h.isFormat(SilkFormat.FT_RWGENERIC) && h.recordVersion() == 5;
        this.columns =
                hasColumns ? new RecordColumns(this, buffer, both, layout.size(), fixIcmp) : null;
        this.batch = hasColumns ? null : FlowBatch.allocate(BATCH);
    }

    /// Prepares to read the flows of an opened file; closes it if it holds none.
    ///
    /// @param site to take sensor and flowtype from the name of a file that lacks them
    /// @param fixIcmp whether ICMP type and code found in the source port are moved
    public static SilkReader of(SilkFile file, Site site, boolean fixIcmp) throws IOException {
        SilkHeader h = file.header();
        if (!RecordLayout.isFlowFormat(h.format())) {
            throw closing(
                    file, 5, "file format", SilkFormat.nameOf(h.format()) + " holds no flows");
        }
        SilkFormat format = SilkFormat.of(h.format());
        Origin origin = origin(file, site);
        Optional<RecordLayout> layout = RecordLayout.of(format, h.recordVersion(), origin);
        if (layout.isEmpty()) {
            throw closing(
                    file, 14, "record version", h.recordVersion() + " is unknown for " + format);
        }
        if (layout.get().size() != h.recordSize()) {
            throw closing(
                    file, 12, "record size", h.recordSize() + " should be " + layout.get().size());
        }
        return new SilkReader(new Octets(file, layout.get().size()), layout.get(), origin, fixIcmp);
    }

    private static MalformedInputException closing(
            SilkFile file, long offset, String field, String reason) throws IOException {
        file.close();
        return new MalformedInputException(file.name(), offset, field, reason);
    }

    private static Origin origin(SilkFile file, Site site) {
        Optional<SilkHeader.PackedFile> packed = file.header().packedFile();
        String base = file.name().substring(file.name().lastIndexOf('/') + 1);
        if (packed.isPresent() && !file.header().isLegacy()) {
            return Origin.of(packed.get());
        }
        long hour = packed.map(SilkHeader.PackedFile::hourMs).orElse(0L);
        return PathFormat.parseFileName(base, site)
                .map(key ->
                        new Origin(
                                hour,
                                key.flowtype().id(),
                                site.sensor(key.sensor())
                                        .map(Sensor::id)
                                        .orElse(FlowRecord.NO_SENSOR)))
                .orElse(new Origin(hour, FlowRecord.NO_FLOWTYPE, FlowRecord.NO_SENSOR));
    }

    public SilkHeader header() {
        return octets.file.header();
    }

    /// The header of a file that is written anew with the same format, compression and entries.
    /// What the name of a file told that lacks it stands in it.
    ///
    /// @param more entries behind those of this file
    public SilkHeader renewed(boolean bigEndian, int silkVersion, List<SilkHeader.Entry> more) {
        SilkHeader h = header();
        List<SilkHeader.Entry> entries = new ArrayList<>();
        for (SilkHeader.Entry e : h.entries()) {
            boolean isFromName = h.isLegacy() && e.id() == SilkHeader.ENTRY_PACKED_FILE;
            entries.add(
                    isFromName
                            ? SilkHeader.packedFile(
                                    new SilkHeader.PackedFile(
                                            origin.hourMs(), origin.flowtype(), origin.sensor()))
                            : e);
        }
        entries.addAll(more);
        return SilkHeader.of(
                SilkFormat.of(h.format()),
                h.recordVersion(),
                h.recordSize(),
                bigEndian,
                new FileSettings(Compression.of(h.compression()), silkVersion, entries));
    }

    public String name() {
        return octets.file.name();
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        int got = ahead;
        ahead = 0;
        if (got == 0) {
            got = octets.fill(bytes);
        }
        if (got == 0) {
            octets.fail();
            return null;
        }
        int size = layout.size();
        if (columns != null) {
            return columns.batch(got / size);
        }
        FlowBatch rows = Objects.requireNonNull(batch);
        rows.reset();
        for (int at = 0; at < got; at += size) {
            decode(at, record);
            rows.add(record);
        }
        return rows;
    }

    /// Decodes a record of those that were read last.
    void decode(int at, FlowRecord into) {
        into.clear();
        layout.decode(buffer, at, into);
        fix(into);
    }

    /// Decoding takes longer than reading: each lane decodes what it has read.
    @Override
    public List<FlowSource> lanes(int most) {
        List<FlowSource> out = new ArrayList<>();
        out.add(this);
        if (most > 1) {
            ahead = octets.fill(bytes);
            while (ahead == bytes.length && out.size() < most) {
                octets.share();
                out.add(new SilkReader(octets, layout, origin, fixIcmp));
            }
        }
        return out;
    }

    /// The records of a file, which several readers may share.
    private static final class Octets {
        private final SilkFile file;
        private final int size;
        private long offset;
        private @Nullable IOException failure;
        private boolean ended;
        private int readers = 1;

        Octets(SilkFile file, int size) {
            this.file = file;
            this.size = size;
            this.offset = file.header().length();
        }

        /// Reads whole records.
        ///
        /// @return octets read, 0 at the end or where [#fail] says more
        synchronized int fill(byte[] bytes) {
            if (ended) {
                return 0;
            }
            int got = 0;
            try {
                while (got < bytes.length) {
                    int n = file.data().read(bytes, got, bytes.length - got);
                    if (n < 0) {
                        break;
                    }
                    got += n;
                    // A pipe hands over what it has: do not sit on whole records.
                    if (n < bytes.length
                            && got >= size
                            && got % size == 0
                            && file.data().available() == 0) {
                        break;
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
            int rest = got % size;
            if (rest != 0 && failure == null) {
                failure =
                        new MalformedInputException(
                                file.name(),
                                offset + got - rest,
                                "record",
                                "ends after " + rest + " of " + size + " octets");
            }
            offset += got;
            ended = failure != null || got == 0;
            return got - rest;
        }

        /// Tells of damage, once.
        synchronized void fail() throws IOException {
            IOException e = failure;
            failure = null;
            if (e != null) {
                throw e;
            }
        }

        synchronized void share() {
            readers++;
        }

        synchronized void close() throws IOException {
            if (--readers == 0) {
                file.close();
            }
        }
    }

    private void fix(FlowRecord r) {
        // A bit that SiLK does not use means nothing here, whoever set it.
        r.attributes &= ~Attributes.TIME_REPLACED;
        if (layout.needsExpandedFix()
                && (r.protocol != Protocols.TCP || (r.initialFlags | r.sessionFlags) == 0)) {
            r.attributes &= ~Attributes.EXPANDED;
            r.initialFlags = 0;
            r.sessionFlags = 0;
        }
        if (fixIcmp && r.isIcmp() && r.sport != 0 && r.dport == 0) {
            r.dport = swapIcmp ? (r.sport & 0xFF) << 8 | r.sport >>> 8 : r.sport;
            r.sport = 0;
        }
        if (!r.isIpv6() && r.nhipLo == 0) {
            r.nhipLo = Ip.MAPPED;
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            octets.close();
        }
    }
}
