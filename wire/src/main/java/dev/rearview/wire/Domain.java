package dev.rearview.wire;

import static dev.rearview.wire.registry.ElementIds.INGRESS_INTERFACE;
import static dev.rearview.wire.registry.ElementIds.SAMPLER_ID;
import static dev.rearview.wire.registry.ElementIds.SAMPLER_MODE;
import static dev.rearview.wire.registry.ElementIds.SAMPLER_RANDOM_INTERVAL;
import static dev.rearview.wire.registry.ElementIds.SAMPLING_ALGORITHM;
import static dev.rearview.wire.registry.ElementIds.SAMPLING_INTERVAL;
import static dev.rearview.wire.registry.ElementIds.SAMPLING_PACKET_INTERVAL;
import static dev.rearview.wire.registry.ElementIds.SAMPLING_PACKET_SPACE;
import static dev.rearview.wire.registry.ElementIds.SELECTOR_ID;
import static dev.rearview.wire.registry.ElementIds.SYSTEM_INIT_TIME_MILLISECONDS;

import dev.rearview.wire.WaitingSets.Waiting;
import dev.rearview.wire.registry.ElementNames;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one observation domain of an exporter has announced: templates, sampling rates, its start
/// and its sequence numbers, each by the port that said so.
public final class Domain {
    /// Estimated octets of a domain that has announced nothing.
    static final int DOMAIN_OCTETS = 384;

    /// Samplers, and interfaces with a sampling rate of their own, that are kept of a domain; the
    /// one that was announced least recently makes room.
    static final int MAX_SAMPLERS = 4096;

    private static final int SAMPLER_OCTETS = 160;
    private static final int TRACKER_OCTETS = 112;

    /// The elements that tell of sampling.
    private static final int[] SAMPLING = {
        SAMPLING_ALGORITHM,
        SAMPLING_INTERVAL,
        SAMPLER_ID,
        SELECTOR_ID,
        SAMPLER_MODE,
        SAMPLER_RANDOM_INTERVAL,
        SAMPLING_PACKET_INTERVAL,
        SAMPLING_PACKET_SPACE
    };

    private static final int SEVERAL_PORTS = -2;
    private static final int NO_PORT = -1;

    /// @param protocol version of NetFlow or IPFIX
    /// @param number of the domain, source or engine
    record Key(int protocol, long number) {}

    private final Exporter owner;
    private final Key key;
    private final Map<Integer, TemplateSlot> dataTemplates = new HashMap<>(4);
    private final Map<Integer, TemplateSlot> optionTemplates = new HashMap<>(4);
    private final LinkedHashMap<Long, ByPort<Long>> samplers = new LinkedHashMap<>(2);
    private final LinkedHashMap<Long, ByPort<Long>> interfaces = new LinkedHashMap<>(2);
    private final ByPort<Long> defaultSampling = new ByPort<>();
    private final ByPort<Long> bootUs = new ByPort<>();
    private final ByPort<SequenceTracker> sequences = new ByPort<>();
    private int announcer = NO_PORT;
    private boolean forgotten;
    private long usedAt;
    private long heardMs;
    // Beside templates and the domain itself.
    private long octets;

    Domain(Exporter owner, Key key) {
        this.owner = owner;
        this.key = key;
    }

    Exporter owner() {
        return owner;
    }

    Key key() {
        return key;
    }

    long number() {
        return key.number;
    }

    void use(long at) {
        usedAt = at;
    }

    void heard(long nowMs) {
        heardMs = nowMs;
    }

    /// When it was used last, in the exporter's own count of uses.
    long usedAt() {
        return usedAt;
    }

    /// Whether its exporter has let it go, and nothing is to be kept of it any more.
    boolean isForgotten() {
        return forgotten;
    }

    /// Whether nothing came for so long, and nothing is known.
    boolean isIdle(long nowMs, long ageMs) {
        return nowMs - heardMs > ageMs && dataTemplates.isEmpty() && optionTemplates.isEmpty();
    }

    /// Releases all that it holds: it is forgotten.
    void clear() {
        forgotten = true;
        for (Map<Integer, TemplateSlot> templates : List.of(dataTemplates, optionTemplates)) {
            templates.values().forEach(this::drop);
            templates.clear();
        }
        samplers.clear();
        interfaces.clear();
        owner.release(octets);
        octets = 0;
    }

    // State ---------------------------------------------------------------------------------------

    /// Writes its samplers, interfaces, starts and sequences; its exporter writes the templates, in
    /// their order.
    void save(StateWriter out) throws IOException {
        out.number(key.protocol);
        out.large(key.number);
        out.moment(heardMs);
        out.number(announcer);
        save(out, samplers);
        save(out, interfaces);
        defaultSampling.save(out, out::large);
        bootUs.save(out, out::large);
        sequences.save(out, s -> s.save(out));
    }

    private static void save(StateWriter out, LinkedHashMap<Long, ByPort<Long>> table)
            throws IOException {
        out.number(table.size());
        for (Map.Entry<Long, ByPort<Long>> e : table.entrySet()) {
            out.large(e.getKey());
            e.getValue().save(out, out::large);
        }
    }

    /// One that has room for nothing.
    static Domain ofNobody() {
        return new Domain(new Exporter(new StateBudget(1)), new Key(0, 0));
    }

    /// Reads what [#save] wrote.
    ///
    /// @param counters for what is announced once more
    /// @return null if there is no room
    static @Nullable Domain restore(StateReader in, Exporter of, Counters counters)
            throws StateReader.Malformed {
        int protocol = in.number();
        long number = in.large();
        long heardMs = in.moment();
        int announcer = in.number();
        Domain d = of.domain(protocol, number, heardMs, counters);
        // What has no room is read all the same.
        Domain to = d == null ? ofNobody() : d;
        to.announcer = announcer;
        to.restore(in, to.samplers, counters);
        to.restore(in, to.interfaces, counters);
        to.restore(in, to.defaultSampling, counters);
        to.restore(in, to.bootUs, counters);
        ByPort.restore(
                in, () -> to.sequences, announced -> to.restoreSequence(in, announced, counters));
        return d;
    }

    private void restoreSequence(StateReader in, Arrival announced, Counters counters)
            throws StateReader.Malformed {
        SequenceTracker s = new SequenceTracker(owner.lossWindow());
        s.restore(in);
        boolean more =
                sequences.own(announced.port()) == null && sequences.size() < ByPort.MAX_PORTS;
        if (grow(TRACKER_OCTETS + ByPort.PORT_OCTETS, more, counters)) {
            sequences.put(announced.port(), s, announced.nowMs());
        }
    }

    private void restore(StateReader in, LinkedHashMap<Long, ByPort<Long>> table, Counters counters)
            throws StateReader.Malformed {
        int n = in.count(Long.BYTES + Integer.BYTES);
        for (int i = 0; i < n; i++) {
            long id = in.large();
            ByPort.restore(
                    in,
                    () -> table.getOrDefault(id, new ByPort<>()),
                    announced -> put(table, id, in.large(), announced, counters));
        }
    }

    private void restore(StateReader in, ByPort<Long> values, Counters counters)
            throws StateReader.Malformed {
        ByPort.restore(in, () -> values, announced -> put(values, in.large(), announced, counters));
    }

    /// Reads the announcements of one template's number.
    void restoreTemplate(StateReader in, Counters counters) throws StateReader.Malformed {
        int id = in.number();
        int known = announcer;
        ByPort.restore(
                in,
                () -> {
                    TemplateSlot slot = slot(id);
                    return slot == null ? new ByPort<Template>() : slot.variants();
                },
                announced -> define(Template.restore(in), announced, counters));
        announcer = known;
    }

    // Sequence ------------------------------------------------------------------------------------

    /// The sequence that a port's number belongs to: its own, or another's that it continues, or a
    /// new one. Null if there is no room.
    ///
    /// @param sequence the number that the port sent
    public @Nullable SequenceTracker sequence(Arrival arrival, long sequence, Counters counters) {
        int port = arrival.port();
        long nowMs = arrival.nowMs();
        SequenceTracker own = sequences.ownWanted(port);
        if (own != null) {
            return own;
        }
        SequenceTracker other = sequences.takeOver(port, s -> s.isContinuedBy(sequence), nowMs);
        if (other != null) {
            return other;
        }
        if (!grow(
                TRACKER_OCTETS + ByPort.PORT_OCTETS,
                sequences.size() < ByPort.MAX_PORTS,
                counters)) {
            return null;
        }
        SequenceTracker fresh = new SequenceTracker(owner.lossWindow());
        sequences.put(port, fresh, nowMs);
        return fresh;
    }

    // Templates -----------------------------------------------------------------------------------

    /// The template that a number means in data from a port, or null.
    @Nullable Template template(int id, int port) {
        TemplateSlot slot = slot(id);
        if (slot == null) {
            return null;
        }
        owner.touch(slot);
        return slot.variants().get(port);
    }

    private @Nullable TemplateSlot slot(int id) {
        TemplateSlot data = dataTemplates.get(id);
        return data != null ? data : optionTemplates.get(id);
    }

    private Map<Integer, TemplateSlot> templates(boolean options) {
        return options ? optionTemplates : dataTemplates;
    }

    /// Stores a template and hands back the data that waited for it.
    List<Waiting> define(Template t, Arrival arrival, Counters counters) {
        int port = arrival.port();
        announcer = announcer == NO_PORT || announcer == port ? port : SEVERAL_PORTS;
        TemplateSlot known = slot(t.id());
        Template own = known == null ? null : known.variants().own(port);
        if (known != null && own != null && t.equals(own)) {
            // Mostly a template is announced again, which takes no room.
            announceAgain(known, own, arrival);
        } else if (!store(t, arrival, counters)) {
            counters.drop(Drop.TABLE_FULL, 1);
            return List.of();
        }
        counters.add(Counters.Total.TEMPLATES, 1);
        return owner.release(key, t.id());
    }

    /// What a port itself has announced for a number, or null.
    @Nullable Template own(int id, int port) {
        TemplateSlot slot = slot(id);
        return slot == null ? null : slot.variants().own(port);
    }

    private void announceAgain(TemplateSlot slot, Template own, Arrival arrival) {
        if (slot.isOptions() == own.isOptions()) {
            slot.repeat(arrival.port(), own, arrival.nowMs());
            owner.touch(slot);
        } else {
            announce(slot, own, arrival);
        }
    }

    private boolean store(Template t, Arrival arrival, Counters counters) {
        long most = TemplateSlot.SLOT_OCTETS + ByPort.PORT_OCTETS + t.octets();
        if (!owner.reserve(most, this, counters)) {
            return false;
        }
        TemplateSlot known = slot(t.id());
        TemplateSlot slot = known == null ? new TemplateSlot(this, t.id()) : known;
        long before = known == null ? 0 : slot.octets();
        announce(slot, t, arrival);
        owner.release(most - (slot.octets() - before));
        return true;
    }

    private void announce(TemplateSlot slot, Template t, Arrival arrival) {
        // A number may change its kind.
        templates(slot.isOptions()).remove(t.id());
        slot.put(arrival.port(), t, arrival.nowMs());
        templates(slot.isOptions()).put(t.id(), slot);
        owner.touch(slot);
    }

    /// Forgets what a port announced for a number.
    void withdraw(int id, int port) {
        TemplateSlot slot = slot(id);
        if (slot == null || !slot.variants().remove(port)) {
            return;
        }
        if (slot.variants().size() == 0) {
            forget(slot);
        } else {
            remeasure(slot);
        }
    }

    /// Forgets all templates of a kind, where all came from this port: what one process withdraws
    /// is still in force at another.
    void withdrawAll(boolean options, int port) {
        if (announcer == port) {
            templates(options).values().forEach(this::drop);
            templates(options).clear();
        }
    }

    /// Forgets a template of all ports.
    void forget(TemplateSlot slot) {
        templates(slot.isOptions()).remove(slot.id());
        drop(slot);
    }

    private void drop(TemplateSlot slot) {
        owner.unlink(slot);
        owner.release(slot.octets());
    }

    private void remeasure(TemplateSlot slot) {
        long before = slot.octets();
        slot.measure();
        owner.release(before - slot.octets());
    }

    /// Forgets templates that were last announced more than `ageMs` ago.
    void expire(long nowMs, long ageMs) {
        for (Map<Integer, TemplateSlot> templates : List.of(dataTemplates, optionTemplates)) {
            templates
                    .values()
                    .removeIf(slot -> {
                        slot.variants().expire(nowMs, ageMs);
                        if (slot.variants().size() == 0) {
                            drop(slot);
                            return true;
                        }
                        remeasure(slot);
                        return false;
                    });
        }
    }

    /// Keeps a data set whose template is not known yet.
    void await(
            int templateId,
            byte[] data,
            FlowMapper.Context context,
            Arrival arrival,
            Counters counters) {
        Waiting w = new Waiting(key, templateId, data, context, arrival);
        owner.await(w, this, templateId, counters);
    }

    // Options -------------------------------------------------------------------------------------

    /// Takes what an option record tells about the exporter: its sampling rates and, for times that
    /// count from it, its start.
    void options(Elements e, Arrival arrival, Counters counters) {
        long start = e.get(SYSTEM_INIT_TIME_MILLISECONDS);
        if (start > 0 && start < Long.MAX_VALUE / 1000) {
            put(bootUs, start * 1000, arrival, counters);
        }
        sampling(e, arrival, counters);
    }

    /// When the exporter started, microseconds since 1970, or -1 if it has not told.
    long bootUs(int port) {
        Long boot = bootUs.get(port);
        return boot == null ? -1 : boot;
    }

    /// Takes a sampling rate from an option record.
    private void sampling(Elements e, Arrival arrival, Counters counters) {
        long rate = rateOf(e);
        if (rate == 0) {
            return;
        }
        if (e.hasAny(SAMPLER_ID, SELECTOR_ID)) {
            put(samplers, sampler(e), rate, arrival, counters);
        } else if (e.has(INGRESS_INTERFACE)) {
            put(interfaces, e.get(INGRESS_INTERFACE), rate, arrival, counters);
        } else {
            put(defaultSampling, rate, arrival, counters);
        }
    }

    private static long rateOf(Elements e) {
        long rate = e.first(SAMPLING_INTERVAL, SAMPLER_RANDOM_INTERVAL);
        return e.get(SAMPLING_PACKET_INTERVAL) > 0
                ? (e.get(SAMPLING_PACKET_INTERVAL) + e.get(SAMPLING_PACKET_SPACE))
                        / e.get(SAMPLING_PACKET_INTERVAL)
                : rate;
    }

    /// What an option record tells of sampling, for a log; empty where that is nothing.
    public static String samplingText(Elements e) {
        StringBuilder out = new StringBuilder();
        for (int element : SAMPLING) {
            if (e.has(element)) {
                out.append(out.isEmpty() ? "" : ", ");
                out.append(ElementNames.name(0, element)).append('=').append(e.get(element));
            }
        }
        return out.toString();
    }

    private static long sampler(Elements e) {
        return e.has(SAMPLER_ID) ? e.get(SAMPLER_ID) : e.get(SELECTOR_ID);
    }

    private void put(
            LinkedHashMap<Long, ByPort<Long>> table,
            long id,
            long rate,
            Arrival arrival,
            Counters counters) {
        ByPort<Long> known = table.remove(id);
        if (known == null) {
            if (table.size() >= MAX_SAMPLERS) {
                ByPort<Long> oldest = table.pollFirstEntry().getValue();
                shrink(SAMPLER_OCTETS + (long) oldest.size() * ByPort.PORT_OCTETS);
                counters.drop(Drop.TABLE_FULL, 1);
            }
            if (!grow(SAMPLER_OCTETS, true, counters)) {
                return;
            }
            known = new ByPort<>();
        }
        table.put(id, known);
        put(known, rate, arrival, counters);
    }

    private void put(ByPort<Long> values, long value, Arrival arrival, Counters counters) {
        int port = arrival.port();
        boolean more = values.own(port) == null && values.size() < ByPort.MAX_PORTS;
        if (grow(ByPort.PORT_OCTETS, more, counters)) {
            values.put(port, value, arrival.nowMs());
        }
    }

    /// Charges octets if there are more than before; false, and counted, if there is no room.
    private boolean grow(long n, boolean more, Counters counters) {
        if (!more) {
            return true;
        }
        if (!owner.reserve(n, this, counters)) {
            counters.drop(Drop.TABLE_FULL, 1);
            return false;
        }
        octets += n;
        return true;
    }

    private void shrink(long n) {
        octets -= n;
        owner.release(n);
    }

    /// The rate that applies to a data record from a port, 0 if none is known.
    long samplingOf(Elements e, int port) {
        long own = e.first(SAMPLING_INTERVAL, SAMPLER_RANDOM_INTERVAL);
        if (own > 0) {
            return own;
        }
        if (e.get(SAMPLING_PACKET_INTERVAL) > 0) {
            return rateOf(e);
        }
        boolean named = e.hasAny(SAMPLER_ID, SELECTOR_ID);
        Long rate = named ? of(samplers.get(sampler(e)), port) : null;
        return rate != null ? rate : samplingOf(e.get(INGRESS_INTERFACE), named, port);
    }

    /// The rate that applies to a data record from a port that tells nothing of it, 0 if none is
    /// known.
    ///
    /// @param ingress the interface that the record came in by, 0 if it does not tell
    /// @param named whether the record names a sampler
    long samplingOf(long ingress, boolean named, int port) {
        Long rate = interfaces.isEmpty() ? null : of(interfaces.get(ingress), port);
        if (rate == null) {
            rate = defaultSampling.get(port);
        }
        if (rate == null && samplers.size() == 1 && !named) {
            rate = of(samplers.firstEntry().getValue(), port);
        }
        return rate == null ? 0 : rate;
    }

    private static @Nullable Long of(@Nullable ByPort<Long> rates, int port) {
        return rates == null ? null : rates.get(port);
    }
}
