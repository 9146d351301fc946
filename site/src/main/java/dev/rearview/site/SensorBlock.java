package dev.rearview.site;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.sets.FastSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A sensor block of sensor.conf: which probes feed it and how it tells networks apart.
public final class SensorBlock {
    /// What a statement looks at.
    public enum Side {
        SOURCE,
        DESTINATION,
        ANY
    }

    /// How a network is defined: by interfaces, by addresses, or as what remains.
    static final class Definition {
        final BitSet interfaces = new BitSet();
        final AddressList addresses = new AddressList();
        boolean byInterface;
        boolean byAddress;
        boolean byBlocks;
        boolean bySets;
        boolean remainder;
    }

    /// A filter of `discard-when` or `discard-unless`.
    record Filter(
            Side side,
            BitSet interfaces,
            AddressList addresses,
            boolean byInterface,
            boolean when) {
        boolean matches(FlowRecord r) {
            boolean source =
                    byInterface
                            ? interfaces.get((int) Math.min(r.input, 0xFFFF))
                            : addresses.contains(r.sipHi, r.sipLo);
            boolean destination =
                    byInterface
                            ? interfaces.get((int) Math.min(r.output, 0xFFFF))
                            : addresses.contains(r.dipHi, r.dipLo);
            return switch (side) {
                case SOURCE -> source;
                case DESTINATION -> destination;
                case ANY -> source || destination;
            };
        }
    }

    private final Sensor sensor;
    private final Map<Probe.Type, List<String>> probes = new EnumMap<>(Probe.Type.class);
    private final Map<Network, Definition> definitions = new EnumMap<>(Network.class);
    private final List<Filter> filters = new ArrayList<>();
    private final AddressList ispIps = new AddressList();

    private record Rule(Definition definition, Optional<Network> network) {}

    /// The definitions in order, once the configuration has been read: they are gone through for
    /// each flow that [#networks] do not tell of.
    private Rule @Nullable [] rules;

    /// What may be decided, and the number of what is not.
    static final List<Optional<Network>> DECISIONS =
            List.of(
                    Optional.empty(),
                    Optional.of(Network.NULL),
                    Optional.of(Network.EXTERNAL),
                    Optional.of(Network.INTERNAL));

    private static final int OPEN = -1;

    /// What each IPv4 network of 16 bits is decided to be, by its place in [#DECISIONS]; [#OPEN]
    /// where the rest of an address counts, or the interface. Made when the first flow comes, on
    /// whichever thread that is.
    private volatile byte @Nullable [] networks;

    /// The same for networks of 8 bits: these few stay in a processor's nearest cache, and most
    /// addresses need no more.
    private final byte[] large = new byte[1 << Byte.SIZE];

    private static final int LARGE_SHIFT = Integer.SIZE - Byte.SIZE;

    private @Nullable Network source;
    private @Nullable Network destination;

    SensorBlock(Sensor sensor) {
        this.sensor = sensor;
    }

    public Sensor sensor() {
        return sensor;
    }

    /// Names of its probes by type.
    public Map<Probe.Type, List<String>> probes() {
        return probes;
    }

    /// Whether it names a probe.
    public boolean isFedBy(Probe probe) {
        for (Map.Entry<Probe.Type, List<String>> e : probes.entrySet()) {
            if (probe.type().isNamedBy(e.getKey()) && e.getValue().contains(probe.name())) {
                return true;
            }
        }
        return false;
    }

    /// Addresses of the router itself, kept for packing logics that use them.
    public AddressList ispIps() {
        return ispIps;
    }

    Map<Network, Definition> definitions() {
        return definitions;
    }

    List<Filter> filters() {
        return filters;
    }

    void setSource(Network n) {
        source = n;
    }

    void setDestination(Network n) {
        destination = n;
    }

    boolean hasFixedSource() {
        return source != null;
    }

    boolean hasFixedDestination() {
        return destination != null;
    }

    Definition define(Network n) {
        rules = null;
        networks = null;
        return definitions.computeIfAbsent(n, k -> new Definition());
    }

    /// Whether a filter keeps the flow away from this sensor.
    public boolean discards(FlowRecord r) {
        for (Filter f : filters) {
            if (f.matches(r) == f.when) {
                return true;
            }
        }
        return false;
    }

    /// Whether filters may keep flows away from this sensor.
    boolean isFiltered() {
        return !filters.isEmpty();
    }

    /// The network that a flow comes from.
    public Optional<Network> sourceOf(FlowRecord r) {
        return DECISIONS.get(sourceOf(r.input, r.sipHi, r.sipLo));
    }

    /// The network that a flow goes to.
    public Optional<Network> destinationOf(FlowRecord r) {
        return DECISIONS.get(destinationOf(r.output, r.dipHi, r.dipLo));
    }

    /// The place in [#DECISIONS] of the network that a flow comes from.
    int sourceOf(long input, long hi, long lo) {
        return source != null ? DECISIONS.indexOf(Optional.of(source)) : decide(input, hi, lo);
    }

    /// The place in [#DECISIONS] of the network that a flow goes to.
    int destinationOf(long output, long hi, long lo) {
        return destination != null
                ? DECISIONS.indexOf(Optional.of(destination))
                : decide(output, hi, lo);
    }

    private int decide(long interfaceId, long hi, long lo) {
        byte[] networks = networks();
        if (Ip.isMapped(hi, lo)) {
            int known = large[(int) lo >>> LARGE_SHIFT];
            if (known == OPEN) {
                known = networks[(int) lo >>> FastSet.SHIFT];
            }
            if (known != OPEN) {
                return known;
            }
        }
        return DECISIONS.indexOf(search(interfaceId, hi, lo));
    }

    private Optional<Network> search(long interfaceId, long hi, long lo) {
        Optional<Network> remainder = Optional.empty();
        for (Rule rule : rules()) {
            Definition d = rule.definition;
            boolean listed =
                    (d.byInterface && d.interfaces.get((int) Math.min(interfaceId, 0xFFFF)))
                            || (d.byAddress && d.addresses.contains(hi, lo));
            if (listed) {
                return rule.network;
            }
            if (d.remainder) {
                remainder = rule.network;
            }
        }
        return remainder;
    }

    private Rule[] rules() {
        Rule[] all = rules;
        if (all == null) {
            all =
                    definitions.entrySet().stream()
                            .map(e -> new Rule(e.getValue(), Optional.of(e.getKey())))
                            .toArray(Rule[]::new);
            rules = all;
        }
        return all;
    }

    private byte[] networks() {
        byte[] known = networks;
        if (known == null) {
            known = new byte[FastSet.NETWORKS];
            for (int network = 0; network < known.length; network++) {
                known[network] = (byte) decisionOf(network);
            }
            int each = known.length / large.length;
            for (int network = 0; network < large.length; network++) {
                large[network] = common(known, network * each, (network + 1) * each);
            }
            networks = known;
        }
        return known;
    }

    /// What is the same in a range; [#OPEN] if nothing is.
    private static byte common(byte[] known, int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (known[i] != known[from]) {
                return OPEN;
            }
        }
        return known[from];
    }

    /// What all addresses of an IPv4 network are decided to be, whatever the interface; [#OPEN] if
    /// that is not so.
    private int decisionOf(int network) {
        Optional<Network> remainder = Optional.empty();
        for (Rule rule : rules()) {
            Definition d = rule.definition;
            if (d.byInterface) {
                return OPEN;
            }
            if (d.byAddress && d.addresses.hasAll(network)) {
                return DECISIONS.indexOf(rule.network);
            }
            if (d.byAddress && d.addresses.mayHaveSome(network)) {
                return OPEN;
            }
            if (d.remainder) {
                remainder = rule.network;
            }
        }
        return DECISIONS.indexOf(remainder);
    }
}
