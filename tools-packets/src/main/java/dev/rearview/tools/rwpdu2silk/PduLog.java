package dev.rearview.tools.rwpdu2silk;

import dev.rearview.model.FlowRecord;
import dev.rearview.tools.exports.ConversionLog;
import dev.rearview.tools.exports.LogFlag;
import dev.rearview.wire.netflow5.NetFlow5;
import java.util.HashMap;
import java.util.Map;

/// What is written down of one input's datagrams and records.
final class PduLog implements NetFlow5.Log {
    /// A start that differs by more is another start.
    private static final long SAME_BOOT_MS = 1000;

    /// A number that is behind by less is late.
    private static final long MAX_LATE = 60_000;

    private static final long WRAP = 1L << 32;

    private final ConversionLog log;
    // There are as many as two octets tell apart.
    private final Map<Integer, Engine> engines = new HashMap<>();

    /// Where the datagrams of one engine were.
    private static final class Engine {
        private long bootMs;
        private long exportMs;
        private long expected;
        private long received;
        private long missing;

        private Engine(NetFlow5.Header h) {
            restart(h);
        }

        private void restart(NetFlow5.Header h) {
            bootMs = h.bootMs();
            expected = h.sequence() + h.count() & WRAP - 1;
            received = h.count();
            missing = 0;
        }
    }

    PduLog(ConversionLog log) {
        this.log = log;
    }

    @Override
    public void rejected(int version, int count) {
        String why =
                version != NetFlow5.VERSION
                        ? "not marked as version 5"
                        : count == 0 ? "reporting zero records" : "reporting more than 30 records";
        log.ofInput("Rejected PDU record " + why);
    }

    @Override
    public void datagram(NetFlow5.Header h, long missing) {
        if (!log.isOpen()) {
            return;
        }
        Engine e = engines.get(h.engine());
        if (e == null) {
            e = new Engine(h);
            engines.put(h.engine(), e);
        } else if (Math.abs(h.bootMs() - e.bootMs) > SAME_BOOT_MS) {
            log.ofInput(
                    "Router reboot for engine %s. Last time %d, Current time %d"
                            .formatted(name(h), e.bootMs, h.bootMs()));
            e.restart(h);
        } else {
            follow(h, e, missing);
        }
        e.exportMs = h.exportMs();
    }

    private void follow(NetFlow5.Header h, Engine e, long missing) {
        e.missing = Math.max(0, e.missing + missing);
        if (h.sequence() != e.expected && log.has(LogFlag.MISSING)) {
            log.ofInput(
                    "Out-of-sequence packet: expecting %d, received %d, difference %d, elapsed %f sec, engine %s; %s"
                            .formatted(
                                    e.expected,
                                    h.sequence(),
                                    h.sequence() - e.expected,
                                    (h.exportMs() - e.exportMs) / 1000.0,
                                    name(h),
                                    verdict(h, e, missing)));
        }
        e.received += h.count();
        if (!isLate(h, e)) {
            e.expected = h.sequence() + h.count() & WRAP - 1;
        }
    }

    private static boolean isLate(NetFlow5.Header h, Engine e) {
        return (h.sequence() - e.expected & WRAP - 1) >= WRAP - MAX_LATE;
    }

    private static String verdict(NetFlow5.Header h, Engine e, long missing) {
        if (missing > 0) {
            long all = e.received + e.missing;
            return "adding to missing records %d/%d == %7.2f%%"
                    .formatted(e.missing, all, 100.0 * e.missing / all);
        }
        return isLate(h, e)
                ? "treating %d flows as arriving late".formatted(h.count())
                : "resetting the sequence";
    }

    private static String name(NetFlow5.Header h) {
        return (h.engine() >> 8) + "." + (h.engine() & 0xFF);
    }

    @Override
    public void bad(NetFlow5.Log.Bad why) {
        if (log.has(LogFlag.BAD)) {
            log.ofInput(
                    "Netflow record has "
                            + switch (why) {
                                case NO_COUNTS -> "zero packets or bytes";
                                // As SiLK spells it.
                                case MORE_PACKETS_THAN_OCTETS -> "more packets them bytes";
                                case TOO_LONG -> "a duration of more than 45 days";
                            });
        }
    }

    @Override
    public void record(NetFlow5.Header h, long first, long last, FlowRecord flow) {
        if (!log.has(LogFlag.RECORD_TIMESTAMPS)) {
            return;
        }
        boolean rolled = flow.stimeMs() != h.bootMs() + first;
        log.ofInput(
                "Router boot (ms)=%d, Uptime=%d, First=%d, Last=%d%s%s"
                        .formatted(
                                h.bootMs(),
                                h.uptimeMs(),
                                first,
                                last,
                                rolled ? ", assume Uptime rollover" : "",
                                first > last ? ", assume Last rollover" : ""));
    }
}
