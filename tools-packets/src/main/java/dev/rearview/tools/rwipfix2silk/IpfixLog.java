package dev.rearview.tools.rwipfix2silk;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IpFormat;
import dev.rearview.text.TimeFormat;
import dev.rearview.tools.exports.ConversionLog;
import dev.rearview.tools.exports.LogFlag;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Awaited;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Domain;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Elements;
import dev.rearview.wire.FlowMapper;
import dev.rearview.wire.FlowTimes;
import dev.rearview.wire.SetDecoder;
import dev.rearview.wire.registry.ElementNames;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What is written down of one input's messages, templates and records.
final class IpfixLog implements SetDecoder.Log {
    /// Domains whose sequence numbers are followed; the one heard of first makes room.
    private static final int MAX_DOMAINS = 4096;

    private static final long MASK = 0xFFFF_FFFFL;

    private final ConversionLog log;
    private final boolean warns;
    private final Map<Long, Long> expected = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private long domain;
    private long sequence;
    private long records;
    private final long[] leftOut = new long[LeftOut.values().length];

    /// @param warns whether what is odd about messages is written down
    IpfixLog(ConversionLog log, boolean warns) {
        this.log = log;
        this.warns = warns;
    }

    private static long records(Counters counters) {
        return counters.total(Total.RECORDS) + counters.total(Total.OPTION_RECORDS);
    }

    /// A message comes, whose header is whole.
    void message(ByteBuffer message, Counters counters) {
        if (!log.isOpen() || !warns) {
            return;
        }
        sequence = message.getInt(8) & MASK;
        domain = message.getInt(12) & MASK;
        records = records(counters);
        Long next = expected.get(domain);
        if (next != null && next != sequence) {
            log.line(
                    "IPFIX Message out of sequence (in domain %s, expected %s, got %s)"
                            .formatted(hex(domain), hex(next), hex(sequence)));
        }
    }

    /// The message has been decoded.
    void decoded(Counters counters) {
        if (!log.isOpen() || !warns) {
            return;
        }
        if (expected.size() >= MAX_DOMAINS && !expected.containsKey(domain)) {
            expected.remove(expected.keySet().iterator().next());
        }
        expected.put(domain, sequence + records(counters) - records & MASK);
    }

    /// Ten places, `0x` among them where it is not 0.
    private static String hex(long n) {
        return n == 0 ? "0000000000" : "0x%08x".formatted(n);
    }

    /// Records of which something did not count.
    long countLeftOut(LeftOut what) {
        return leftOut[what.ordinal()];
    }

    /// Tells of data whose template did not come.
    void check(String file, Counters counters) throws MalformedInputException {
        long sets = counters.dropped(Drop.UNKNOWN_TEMPLATE);
        if (sets == 0) {
            return;
        }
        String which =
                counters.awaited().stream()
                        .filter(a -> a.givenUpSets() > 0)
                        .map(IpfixLog::of)
                        .collect(Collectors.joining("; "));
        throw new MalformedInputException(
                file, -1, "", sets + " sets of data without a template: " + which);
    }

    private static String of(Awaited a) {
        return a.isOthers() ? "others" : "template " + a.templateId() + " of domain " + a.domain();
    }

    @Override
    public void template(SetDecoder.Log.AnnouncedTemplate t) {
        if (!log.has(LogFlag.SHOW_TEMPLATES)) {
            return;
        }
        text.setLength(0);
        text.append("Contents of ").append(t.isOptions() ? "options " : "");
        text.append("template 0x%04x (%d), ".formatted(t.id(), t.id()));
        text.append("domain ").append(t.domain() == 0 ? "0" : "0x%x".formatted(t.domain()));
        text.append(", ").append(t.fields().size()).append(" elements: ");
        for (int i = 0; i < t.fields().size(); i++) {
            SetDecoder.Log.AnnouncedField f = t.fields().get(i);
            text.append(i == 0 ? "" : ", ");
            text.append(ElementNames.name(f.enterprise(), f.element())).append('(');
            text.append(f.enterprise() == 0 ? "" : f.enterprise() + "/");
            text.append(f.element()).append(")[").append(f.length()).append(']');
            text.append(i < t.scopes() ? "{scope}" : "");
        }
        log.ofInput(text.toString());
    }

    @Override
    public void options(Elements e, long ofDomain) {
        if (log.has(LogFlag.SAMPLING)) {
            String told = Domain.samplingText(e);
            if (!told.isEmpty()) {
                log.ofInput("Sampling in domain " + ofDomain + ": " + told);
            }
        }
    }

    @Override
    public void times(Elements e, FlowMapper.Context context, FlowRecord f) {
        if (!log.has(LogFlag.RECORD_TIMESTAMPS)) {
            return;
        }
        text.setLength(0);
        text.append("Set sTime=");
        TimeFormat.DEFAULT.format(f.stimeMs(), text);
        text.append("Z, dur=");
        TimeFormat.DEFAULT.duration(f.durationMs(), text);
        text.append("s ").append(FlowTimes.sources(e, context));
        log.ofInput(text.toString());
    }

    @Override
    public void leftOut(LeftOut what) {
        leftOut[what.ordinal()]++;
    }

    @Override
    public void ignored(FlowRecord f, SetDecoder.Log.Ignored why) {
        if (!log.isOpen()) {
            return;
        }
        text.setLength(0);
        text.append("IGNORED|");
        IpFormat.CANONICAL.format(f.sipHi, f.sipLo, f.isIpv6(), text);
        text.append('|');
        IpFormat.CANONICAL.format(f.dipHi, f.dipLo, f.isIpv6(), text);
        text.append('|').append(f.sport).append('|').append(f.dport);
        text.append('|').append(f.protocol);
        text.append('|').append(Long.toUnsignedString(f.packets));
        text.append('|').append(Long.toUnsignedString(f.bytes));
        text.append('|').append(reason(why)).append('|');
        log.line(text.toString());
    }

    private static String reason(SetDecoder.Log.Ignored why) {
        return switch (why) {
            case NO_ADDRESS -> "No IP addresses";
            case NO_COUNTS -> "byte or packet count is zero";
            case NO_COUNTS_EITHER_WAY -> "no forward/reverse octets";
            case NOT_ENDED -> "flow has not ended";
            case FIREWALL_EVENT -> "firewall event without traffic";
        };
    }
}
