package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.List;

/// NetFlow version 5.
final class NetFlow5Exporter implements Exporter {
    private static final int CAPACITY = 30;
    private static final long UPTIME_MS = 40L * 24 * 3600 * 1000;

    private long sequence;

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public ByteBuffer encode(List<FlowRecord> flows, long exportMs) {
        ByteBuffer b = ByteBuffer.allocate(24 + 48 * flows.size());
        b.putShort((short) 5).putShort((short) flows.size());
        b.putInt((int) UPTIME_MS).putInt((int) (exportMs / 1000));
        b.putInt((int) (exportMs % 1000) * 1_000_000).putInt((int) sequence);
        b.putShort((short) 0).putShort((short) 0);
        long boot = exportMs - UPTIME_MS;
        for (FlowRecord r : flows) {
            b.putInt((int) r.sipLo).putInt((int) r.dipLo).putInt((int) r.nhipLo);
            b.putShort((short) r.input).putShort((short) r.output);
            b.putInt((int) r.packets).putInt((int) r.bytes);
            b.putInt((int) (r.stimeMs() - boot));
            b.putInt((int) (r.stimeMs() + r.durationMs() - boot));
            b.putShort((short) r.sport).putShort((short) r.dport).put((byte) 0);
            b.put((byte) r.flags).put((byte) r.protocol).put((byte) 0);
            b.putInt(0).putShort((short) 0).putShort((short) 0);
        }
        sequence += flows.size();
        return b.flip();
    }
}
