package dev.rearview.silk;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes flow records as RWIPV6ROUTING version 1, or as RWGENERIC version 5 where only IPv4 is
/// wanted. Volumes above 32 bits and interfaces above 16 are capped, as SiLK's readers do.
public final class SilkWriter implements FlowSink {
    private final OutputStream out;
    private final OutputStream data;
    private final boolean ipv4Only;
    private final ByteBuffer buffer;
    private final FlowRecord record = new FlowRecord();
    private long written;

    /// What a new file looks like.
    ///
    /// @param ipv4Only write RWGENERIC and skip IPv6 records
    /// @param bigEndian byte order of the records
    /// @param silkVersion for the header, 0 for none
    public record Options(
            boolean ipv4Only, boolean bigEndian, Compression compression, int silkVersion) {}

    /// Writes the header at once.
    public SilkWriter(OutputStream out, Options options, List<SilkHeader.Entry> entries)
            throws IOException {
        this.out = new BufferedOutputStream(out, 1 << 16);
        this.ipv4Only = options.ipv4Only();
        int size = ipv4Only ? GenericLayout.SIZE_V5 : Ipv6Layout.SIZE_ROUTING_V1;
        SilkHeader.of(
                        ipv4Only ? SilkFormat.FT_RWGENERIC : SilkFormat.FT_RWIPV6ROUTING,
                        ipv4Only ? 5 : 1,
                        size,
                        options.bigEndian(),
                        options.compression(),
                        options.silkVersion(),
                        entries)
                .write(this.out);
        this.data =
                options.compression() == Compression.NONE
                        ? this.out
                        : new Blocks.Output(this.out, options.compression(), size);
        this.buffer =
                ByteBuffer.allocate(size)
                        .order(
                                options.bigEndian()
                                        ? ByteOrder.BIG_ENDIAN
                                        : ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void write(FlowBatch batch, Selection rows) throws IOException {
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            write(record);
        }
    }

    /// Writes one record; changes an IPv6 record of IPv4 addresses where only IPv4 is wanted.
    @Override
    public void write(FlowRecord r) throws IOException {
        if (ipv4Only && r.isIpv6() && !r.toIpv4()) {
            return;
        }
        ByteBuffer b = buffer;
        b.clear();
        b.putLong(r.stimeMs()).putInt((int) Math.min(r.durationMs(), 0xFFFF_FFFFL));
        b.putShort((short) r.sport).putShort((short) r.dport);
        b.put((byte) r.protocol).put((byte) r.flowtype).putShort((short) r.sensor);
        b.put((byte) r.flags).put((byte) r.initialFlags).put((byte) r.sessionFlags);
        b.put((byte) (ipv4Only ? r.attributes & ~Attributes.IPV6 : r.attributes));
        b.putShort((short) r.application).putShort((short) r.memo);
        b.putShort((short) Math.min(r.input, 0xFFFF)).putShort((short) Math.min(r.output, 0xFFFF));
        b.putInt(clamp(r.packets)).putInt(clamp(r.bytes));
        if (ipv4Only) {
            b.putInt((int) r.sipLo).putInt((int) r.dipLo).putInt((int) r.nhipLo);
        } else {
            networkOrder(r.sipHi, r.sipLo);
            networkOrder(r.dipHi, r.dipLo);
            networkOrder(r.nhipHi, r.nhipLo);
        }
        data.write(b.array(), 0, b.position());
        written++;
    }

    private void networkOrder(long hi, long lo) {
        boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
        buffer.putLong(big ? hi : Long.reverseBytes(hi));
        buffer.putLong(big ? lo : Long.reverseBytes(lo));
    }

    private static int clamp(long value) {
        return Long.compareUnsigned(value, 0xFFFF_FFFFL) > 0 ? -1 : (int) value;
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public void flush() throws IOException {
        data.flush();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
