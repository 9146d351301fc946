package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// NetFlow version 9 and IPFIX.
final class TemplateExporter implements Exporter {
    private static final int CAPACITY = 20;
    private static final int TEMPLATE_V4 = 256;
    private static final int TEMPLATE_V6 = 257;
    private static final long UPTIME_MS = 30L * 24 * 3600 * 1000;

    private static final int[][] COMMON = {
        {7, 2}, {11, 2}, {4, 1}, {6, 1}, {10, 4}, {14, 4}, {2, 8}, {1, 8}
    };
    private static final int[][] V4 = {{8, 4}, {12, 4}, {15, 4}};
    private static final int[][] V6 = {{27, 16}, {28, 16}, {62, 16}};

    private final int version;
    private final int domain;
    private long sequence;

    TemplateExporter(int version, int domain) {
        this.version = version;
        this.domain = domain;
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    private int[][] fields(boolean six) {
        List<int[]> out = new ArrayList<>(List.of(six ? V6 : V4));
        out.addAll(List.of(COMMON));
        out.addAll(
                List.of(
                        version == 9
                                ? new int[][] {{22, 4}, {21, 4}}
                                : new int[][] {{152, 8}, {153, 8}}));
        return out.toArray(int[][]::new);
    }

    @Override
    public ByteBuffer encode(List<FlowRecord> flows, long exportMs) {
        ByteBuffer b = ByteBuffer.allocate(8192);
        b.putShort((short) version);
        if (version == 9) {
            b.putShort((short) (flows.size() + 2)).putInt((int) UPTIME_MS);
            b.putInt((int) (exportMs / 1000)).putInt((int) sequence).putInt(domain);
            sequence++;
        } else {
            b.putShort((short) 0).putInt((int) (exportMs / 1000));
            b.putInt((int) sequence).putInt(domain);
            sequence += flows.size();
        }
        templates(b);
        long exportSecondMs = exportMs / 1000 * 1000;
        data(b, flows, false, exportSecondMs);
        data(b, flows, true, exportSecondMs);
        if (version == 10) {
            b.putShort(2, (short) b.position());
        }
        return b.flip();
    }

    private void templates(ByteBuffer b) {
        int start = b.position();
        b.putShort((short) (version == 9 ? 0 : 2)).putShort((short) 0);
        for (boolean six : new boolean[] {false, true}) {
            int[][] fields = fields(six);
            b.putShort((short) (six ? TEMPLATE_V6 : TEMPLATE_V4)).putShort((short) fields.length);
            for (int[] f : fields) {
                b.putShort((short) f[0]).putShort((short) f[1]);
            }
        }
        b.putShort(start + 2, (short) (b.position() - start));
    }

    private void data(ByteBuffer b, List<FlowRecord> flows, boolean six, long exportMs) {
        if (flows.stream().noneMatch(r -> r.isIpv6() == six)) {
            return;
        }
        int start = b.position();
        b.putShort((short) (six ? TEMPLATE_V6 : TEMPLATE_V4)).putShort((short) 0);
        long boot = exportMs - UPTIME_MS;
        for (FlowRecord r : flows) {
            if (r.isIpv6() != six) {
                continue;
            }
            if (six) {
                b.putLong(r.sipHi).putLong(r.sipLo).putLong(r.dipHi).putLong(r.dipLo);
                b.putLong(r.nhipHi).putLong(r.nhipLo);
            } else {
                b.putInt((int) r.sipLo).putInt((int) r.dipLo).putInt((int) r.nhipLo);
            }
            b.putShort((short) r.sport).putShort((short) r.dport);
            b.put((byte) r.protocol).put((byte) r.flags);
            b.putInt((int) r.input).putInt((int) r.output).putLong(r.packets).putLong(r.bytes);
            long end = r.stimeMs() + r.durationMs();
            if (version == 9) {
                b.putInt((int) (r.stimeMs() - boot)).putInt((int) (end - boot));
            } else {
                b.putLong(r.stimeMs()).putLong(end);
            }
        }
        while ((b.position() - start) % 4 != 0) {
            b.put((byte) 0);
        }
        b.putShort(start + 2, (short) (b.position() - start));
    }
}
