package dev.rearview.silk;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes flow records in a layout of SiLK's: as RWIPV6ROUTING version 1, as RWGENERIC version 5
/// where only IPv4 is wanted, or as the header of another file says. Volumes above 32 bits and
/// interfaces above 16 are capped, as SiLK's readers do; a flow that the layout cannot hold at all
/// is left out and told of.
public final class SilkWriter implements FlowSink {
    private static final int BUFFER = 1 << 16;

    /// Records that are put together before they are handed to the stream.
    private static final int RECORDS = 1024;

    private final SilkHeader header;
    private final OutputStream out;
    private final OutputStream data;
    private final RecordLayout layout;
    private final Misfits misfits;
    private final boolean ipv4Only;

    /// Whether records are in the layout that has a way of its own from whole columns.
    private final boolean isUsual;

    private final int size;
    private final ByteBuffer buffer;

    private final ColumnEncoder encoder;
    private final FlowRecord record = new FlowRecord();
    private long written;

    /// What a new file looks like.
    ///
    /// @param ipv4Only write RWGENERIC and skip IPv6 records
    /// @param bigEndian byte order of the records
    /// @param silkVersion for the header, 0 for none
    public record Options(
            boolean ipv4Only, boolean bigEndian, Compression compression, int silkVersion) {}

    /// Told of a flow that the layout cannot hold.
    @FunctionalInterface
    public interface Misfits {
        /// @param record reused after the call
        void leftOut(FlowRecord record, Misfit why) throws IOException;
    }

    /// Writes the header at once.
    public SilkWriter(OutputStream out, Options options, List<SilkHeader.Entry> entries)
            throws IOException {
        this(
                new BufferedOutputStream(out, BUFFER),
                header(options, entries),
                options.ipv4Only(),
                (record, why) -> {});
        header.write(this.out);
    }

    private SilkWriter(OutputStream out, SilkHeader header, boolean ipv4Only, Misfits misfits) {
        this.out = out;
        this.header = header;
        this.ipv4Only = ipv4Only;
        this.misfits = misfits;
        this.layout = RecordLayout.of(header).orElseThrow();
        this.isUsual = header.isFormat(SilkFormat.FT_RWIPV6ROUTING) && header.recordVersion() == 1;
        this.size = layout.size();
        this.data = Blocks.output(out, Compression.of(header.compression()), size);
        this.encoder = new ColumnEncoder(header);
        this.buffer = encoder.buffer(size * RECORDS);
    }

    private static SilkHeader header(Options options, List<SilkHeader.Entry> entries) {
        FileSettings settings =
                new FileSettings(options.compression(), options.silkVersion(), entries);
        return options.ipv4Only()
                ? SilkHeader.of(
                        SilkFormat.FT_RWGENERIC,
                        5,
                        GenericLayout.SIZE_V5,
                        options.bigEndian(),
                        settings)
                : header(options.bigEndian(), settings);
    }

    /// The header of a file of a format and version, empty if there is no such layout.
    public static Optional<SilkHeader> header(
            SilkFormat format, int version, boolean bigEndian, FileSettings settings) {
        return RecordLayout.of(format, version, RecordLayout.Origin.UNKNOWN)
                .map(l -> SilkHeader.of(format, version, l.size(), bigEndian, settings));
    }

    /// The header of a file with both families, which tools write that nobody tells otherwise.
    public static SilkHeader header(boolean bigEndian, FileSettings settings) {
        return SilkHeader.of(
                SilkFormat.FT_RWIPV6ROUTING, 1, Ipv6Layout.SIZE_ROUTING_V1, bigEndian, settings);
    }

    /// Writes a file that is like another one: in the format, version, byte order and compression
    /// that a header names, and with the header's entries.
    ///
    /// @param header of a format, version and record size that go together
    public static SilkWriter of(OutputStream out, SilkHeader header, Misfits misfits)
            throws IOException {
        SilkWriter writer = behind(out, header, misfits);
        header.write(writer.out);
        return writer;
    }

    /// Writes records behind those of a file.
    ///
    /// @param out the end of the file
    /// @param header of the file
    public static SilkWriter behind(OutputStream out, SilkHeader header, Misfits misfits) {
        return new SilkWriter(new BufferedOutputStream(out, BUFFER), header, false, misfits);
    }

    @Override
    public void write(FlowBatch batch, Selection rows) throws IOException {
        if (isUsual && ColumnEncoder.suits(batch, rows)) {
            writeColumns(batch, rows);
            return;
        }
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            write(record);
        }
    }

    /// Writes rows with both families from whole columns.
    private void writeColumns(FlowBatch batch, Selection rows) throws IOException {
        ColumnEncoder.decode(batch);
        // From here on nothing can fail but the stream: rows are written whole.
        for (int row = rows.next(0); row >= 0; ) {
            if (buffer.remaining() < size) {
                drain();
            }
            int before = buffer.position();
            row = encoder.put(batch, rows, row, buffer);
            written += (buffer.position() - before) / size;
        }
    }

    @Override
    public Optional<Encoding> encoding() {
        return isUsual ? Optional.of(new Columns()) : Optional.empty();
    }

    private final class Columns implements Encoding {
        @Override
        public Encoder encoder() {
            return new ColumnEncoder(header);
        }

        @Override
        public void write(Encoded flows) throws IOException {
            drain();
            data.write(flows.octets(), 0, flows.length());
            written += flows.count();
        }
    }

    private void drain() throws IOException {
        data.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /// Writes one record; changes an IPv6 record of IPv4 addresses where only IPv4 is wanted.
    @Override
    public void write(FlowRecord r) throws IOException {
        if (ipv4Only && r.isIpv6() && !r.toIpv4()) {
            return;
        }
        if (buffer.remaining() < size) {
            drain();
        }
        int at = buffer.position();
        Arrays.fill(buffer.array(), at, at + size, (byte) 0);
        Misfit misfit = layout.encode(buffer, at, r);
        if (misfit != Misfit.NONE) {
            misfits.leftOut(r, misfit);
            return;
        }
        buffer.position(at + size);
        written++;
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void flush() throws IOException {
        drain();
        data.flush();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        drain();
        data.close();
    }
}
