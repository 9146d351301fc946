package dev.rearview.ingest;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.SetDecoder;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.Template;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow9.NetFlow9;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which templates exporters announced and withdrew, and when, of messages that are read before
/// they are decoded: what data means whose template was not known when it came.
///
/// That is the first one that is announced afterwards, unless one was withdrawn before it, or
/// messages are missing in between: then the data may have had another one. An exporter that
/// announces more than its share of the octets gets none. For one thread.
public final class LateTemplates {
    /// Octets of everything.
    private static final long MAX_OCTETS = 32L << 20;

    /// Estimated octets of an exporter, of a number and of a change of its meaning.
    private static final long EXPORTER_OCTETS = 400;

    private static final long NUMBER_OCTETS = 240;
    private static final long CHANGE_OCTETS = 80;
    private static final long MOMENT_OCTETS = 32;

    private final Routing routing;
    private final long maxOctets;
    private final Map<ExporterKey, Announced> exporters = new HashMap<>();
    private final List<Long> gaps = new ArrayList<>();
    private final SetDecoder.Announcements announcements = new Taking();
    private final NetFlow9 netflow9 = new NetFlow9(announcements);
    private final Ipfix ipfix = new Ipfix(announcements);
    // Of whoever sends, only the domains' numbers matter here.
    private final Exporter anybody = new Exporter(new StateBudget(1 << 20));
    private final Counters counters = new Counters();
    private long octets;
    private boolean isFull;
    private long nowUs = Long.MIN_VALUE;
    // Of the message in hand.
    private @Nullable ExporterKey key;

    public LateTemplates(Routing routing) {
        this(routing, MAX_OCTETS);
    }

    LateTemplates(Routing routing, long maxOctets) {
        this.routing = routing;
        this.maxOctets = maxOctets;
    }

    /// What a number of a domain means.
    private record TemplateId(int protocol, long domain, int id) {}

    /// What a number means from some moment on, until it is announced otherwise.
    private static final class Meaning {
        private final @Nullable Template template;
        private final long fromUs;
        private long lastUs;

        private Meaning(@Nullable Template template, long us) {
            this.template = template;
            this.fromUs = us;
            this.lastUs = us;
        }
    }

    /// What an exporter announced.
    private static final class Announced {
        private final Map<TemplateId, List<Meaning>> numbers = new HashMap<>();
        private final List<Long> ends = new ArrayList<>();
        private long octets = EXPORTER_OCTETS;
        private boolean isTooMuch;
    }

    private final class Taking implements SetDecoder.Announcements {
        @Override
        public void template(int protocol, long domain, Template t) {
            add(new TemplateId(protocol, domain, t.id()), t);
        }

        @Override
        public void withdrawal(int protocol, long domain, int templateId) {
            if (templateId < SetDecoder.FIRST_TEMPLATE) {
                end();
            } else {
                add(new TemplateId(protocol, domain, templateId), null);
            }
        }
    }

    // Reading -------------------------------------------------------------------------------------

    /// Reads a message, which is not kept. Messages come in the order in which they are decoded.
    public void take(Reception.Message m) {
        // Where the clock was set back, what comes later is later all the same.
        nowUs = Math.max(nowUs, m.arrival().receivedUs());
        Optional<ExportFormat> format = ExportFormat.of(ExportFormat.version(m.bytes()));
        key = new ExporterKey(m.probe(), m.from().getAddress(), m.session());
        if (m.session() != 0 && !m.bytes().hasRemaining()) {
            end();
            return;
        }
        Optional<Probe> probe = routing.probe(m.probe());
        if (format.isEmpty() || probe.isEmpty() || !probe.get().type().takes(format.get())) {
            return;
        }
        Cursor in = new Cursor(m.bytes());
        Arrival arrival = m.arrival();
        try {
            switch (format.get()) {
                case NETFLOW_V9 -> netflow9.decode(in, anybody, arrival, counters, (r, c) -> {});
                case IPFIX -> ipfix.decode(in, anybody, arrival, counters, (r, c) -> {});
                default -> {}
            }
        } catch (RuntimeException e) {
            // What else it withdraws nobody knows.
            end();
        }
    }

    /// Says that messages are missing here, of whomever.
    public void gap() {
        add(gaps);
    }

    private void add(List<Long> moments) {
        if (moments.isEmpty() || moments.getLast() != nowUs) {
            moments.add(nowUs);
        }
    }

    /// All that the exporter of the message in hand announced may mean something else afterwards.
    private void end() {
        Announced its = its(MOMENT_OCTETS);
        if (its != null) {
            add(its.ends);
        }
    }

    private void add(TemplateId number, @Nullable Template t) {
        Announced known = exporters.get(key);
        List<Meaning> before = known == null ? null : known.numbers.get(number);
        Meaning last = before == null ? null : before.getLast();
        if (last != null && (t == null ? last.template == null : t.equals(last.template))) {
            last.lastUs = nowUs;
            return;
        }
        long more = CHANGE_OCTETS + (before == null ? NUMBER_OCTETS : 0);
        Announced its = its(more + (t == null ? 0 : t.octets()));
        if (its != null) {
            its.numbers.computeIfAbsent(number, n -> new ArrayList<>(1)).add(new Meaning(t, nowUs));
        }
    }

    /// What the exporter of the message in hand announced, with so many octets more; null if that
    /// is too much.
    private @Nullable Announced its(long more) {
        ExporterKey its = key;
        if (its == null) {
            throw new IllegalStateException("no message is in hand");
        }
        Announced known = exporters.get(its);
        if (known == null) {
            isFull |= octets + EXPORTER_OCTETS + more > maxOctets;
            if (isFull) {
                // Of one that is not known from its first announcement on nothing is known.
                return null;
            }
            known = new Announced();
            octets += known.octets;
            exporters.put(its, known);
        }
        if (known.isTooMuch) {
            return null;
        }
        boolean hasRoom =
                known.octets + more <= maxOctets / StateBudget.SHARES && octets + more <= maxOctets;
        if (!hasRoom) {
            known.isTooMuch = true;
            known.numbers.clear();
            known.ends.clear();
            octets -= known.octets - EXPORTER_OCTETS;
            known.octets = EXPORTER_OCTETS;
            return null;
        }
        known.octets += more;
        octets += more;
        return known;
    }

    // Asking --------------------------------------------------------------------------------------

    /// The template of data for which none was known when it came; null if there is none.
    @Nullable Template after(ExporterKey of, int protocol, long domain, int id, long receivedUs) {
        Announced its = exporters.get(of);
        List<Meaning> all =
                its == null ? null : its.numbers.get(new TemplateId(protocol, domain, id));
        if (its == null || all == null) {
            return null;
        }
        int at = first(all, receivedUs);
        if (at == all.size() || isChangedAt(all, at, receivedUs)) {
            return null;
        }
        Meaning m = all.get(at);
        long untilUs = Math.max(m.fromUs, receivedUs);
        // A gap has the moment of the last message before it.
        boolean isBroken =
                hasBetween(its.ends, receivedUs, untilUs)
                        || hasBetween(gaps, receivedUs, untilUs - 1);
        return isBroken ? null : m.template;
    }

    /// The first meaning that was announced at some moment or after it.
    private static int first(List<Meaning> all, long us) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).lastUs < us) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Whether the meaning changes in the same moment, so that nobody knows which one came first.
    private static boolean isChangedAt(List<Meaning> all, int at, long us) {
        return all.get(at).lastUs == us && at + 1 < all.size() && all.get(at + 1).fromUs == us;
    }

    private static boolean hasBetween(List<Long> moments, long fromUs, long toUs) {
        int low = 0;
        int high = moments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (moments.get(middle) < fromUs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < moments.size() && moments.get(low) <= toUs;
    }
}
