package dev.rearview.silk;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
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
    /// Attributes that SiLK's files have.
    private static final int WRITTEN = ~Attributes.TIME_REPLACED;

    /// Records that are put together before they are handed to the stream.
    private static final int RECORDS = 512;

    /// Of fewer rows than one in so many, whole columns are not decoded.
    private static final int SPARSE = 8;

    private final OutputStream out;
    private final OutputStream data;
    private final boolean ipv4Only;
    private final int size;
    private final boolean big;
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
        this.big = options.bigEndian();
        this.size = ipv4Only ? GenericLayout.SIZE_V5 : Ipv6Layout.SIZE_ROUTING_V1;
        SilkHeader.of(
                        ipv4Only ? SilkFormat.FT_RWGENERIC : SilkFormat.FT_RWIPV6ROUTING,
                        ipv4Only ? 5 : 1,
                        size,
                        options.bigEndian(),
                        new FileSettings(options.compression(), options.silkVersion(), entries))
                .write(this.out);
        this.data =
                options.compression() == Compression.NONE
                        ? this.out
                        : new Blocks.Output(this.out, options.compression(), size);
        this.buffer =
                ByteBuffer.allocate(size * RECORDS)
                        .order(
                                options.bigEndian()
                                        ? ByteOrder.BIG_ENDIAN
                                        : ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void write(FlowBatch batch, Selection rows) throws IOException {
        if (!ipv4Only && rows.count() > batch.size() / SPARSE) {
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
        long[] stime = batch.values(Field.STIME);
        long[] duration = batch.values(Field.DURATION);
        long[] sport = batch.values(Field.SPORT);
        long[] dport = batch.values(Field.DPORT);
        long[] protocol = batch.values(Field.PROTOCOL);
        long[] flowtype = batch.values(Field.FLOWTYPE);
        long[] sensor = batch.values(Field.SENSOR);
        long[] flags = batch.values(Field.FLAGS);
        long[] initial = batch.values(Field.INITIAL_FLAGS);
        long[] session = batch.values(Field.SESSION_FLAGS);
        long[] attributes = batch.values(Field.ATTRIBUTES);
        long[] application = batch.values(Field.APPLICATION);
        long[] memo = batch.values(Field.MEMO);
        long[] input = batch.values(Field.INPUT);
        long[] output = batch.values(Field.OUTPUT);
        long[] packets = batch.values(Field.PACKETS);
        long[] bytes = batch.values(Field.BYTES);
        AddressColumn sip = batch.addresses(Field.SIP);
        AddressColumn dip = batch.addresses(Field.DIP);
        AddressColumn nhip = batch.addresses(Field.NHIP);
        long[] sipHi = sip.hi();
        long[] sipLo = sip.lo();
        long[] dipHi = dip.hi();
        long[] dipLo = dip.lo();
        long[] nhipHi = nhip.hi();
        long[] nhipLo = nhip.lo();
        // From here on nothing can fail but the stream: rows are written whole.
        ByteBuffer b = buffer;
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (b.remaining() < size) {
                drain();
            }
            b.putLong(Math.floorDiv(stime[i], 1000L));
            b.putInt((int) Math.min(duration[i] / 1000, 0xFFFF_FFFFL));
            b.putInt(pair(sport[i], dport[i]));
            b.put((byte) protocol[i]).put((byte) flowtype[i]).putShort((short) sensor[i]);
            b.put((byte) flags[i]).put((byte) initial[i]).put((byte) session[i]);
            b.put((byte) (attributes[i] & WRITTEN)).putInt(pair(application[i], memo[i]));
            b.putInt(pair(Math.min(input[i], 0xFFFF), Math.min(output[i], 0xFFFF)));
            b.putInt(clamp(packets[i])).putInt(clamp(bytes[i]));
            networkOrder(sipHi[i], sipLo[i]);
            networkOrder(dipHi[i], dipLo[i]);
            networkOrder(nhipHi[i], nhipLo[i]);
            written++;
        }
    }

    /// Two numbers of 16 bits that follow each other in the record, as one of 32.
    private int pair(long first, long second) {
        return big ? (int) (first << 16 | second & 0xFFFF) : (int) (second << 16 | first & 0xFFFF);
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
        ByteBuffer b = buffer;
        if (b.remaining() < size) {
            drain();
        }
        b.putLong(r.stimeMs()).putInt((int) Math.min(r.durationMs(), 0xFFFF_FFFFL));
        b.putShort((short) r.sport).putShort((short) r.dport);
        b.put((byte) r.protocol).put((byte) r.flowtype).putShort((short) r.sensor);
        b.put((byte) r.flags).put((byte) r.initialFlags).put((byte) r.sessionFlags);
        b.put((byte) (r.attributes & (ipv4Only ? WRITTEN & ~Attributes.IPV6 : WRITTEN)));
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
        written++;
    }

    private void networkOrder(long hi, long lo) {
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
