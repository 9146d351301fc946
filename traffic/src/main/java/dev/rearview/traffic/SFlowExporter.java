package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.List;

/// sFlow version 5: a flow sample with the raw header of one packet for each flow.
final class SFlowExporter implements Exporter {
    private static final int CAPACITY = 8;
    private static final int HEADER_OCTETS = 54;

    private final int rate;
    private int sequence;
    private int samples;

    SFlowExporter(int rate) {
        this.rate = rate;
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public ByteBuffer encode(List<FlowRecord> flows, long exportMs) {
        ByteBuffer b = ByteBuffer.allocate(4096);
        b.putInt(5).putInt(1).putInt(0x7F000001).putInt(0).putInt(++sequence);
        b.putInt((int) exportMs).putInt(flows.size());
        for (FlowRecord r : flows) {
            int padded = (HEADER_OCTETS + 3) / 4 * 4;
            b.putInt(1).putInt(32 + 8 + 16 + padded);
            b.putInt(++samples).putInt(1).putInt(rate).putInt(samples * rate).putInt(0);
            b.putInt((int) r.input).putInt((int) r.output).putInt(1);
            b.putInt(1).putInt(16 + padded);
            int length = (int) (r.bytes / Math.max(1, r.packets));
            b.putInt(1).putInt(length + 18).putInt(4).putInt(HEADER_OCTETS);
            int start = b.position();
            b.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800);
            b.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0).put((byte) 64);
            b.put((byte) r.protocol).putShort((short) 0);
            b.putInt((int) r.sipLo).putInt((int) r.dipLo);
            b.putShort((short) r.sport).putShort((short) r.dport);
            b.putLong(0).put((byte) 0x50).put((byte) r.flags).putShort((short) 0).putInt(0);
            b.position(start + padded);
        }
        return b.flip();
    }
}
