package dev.rearview.site;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.site.SensorBlock.Definition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Decides the type of a flow from the networks it comes from and goes to.
public enum PackingLogic {
    TWOWAY {
        @Override
        PackedType decide(Optional<Network> source, Optional<Network> destination, FlowRecord r) {
            if (source.isEmpty() || source.get() == Network.NULL) {
                return PackedType.OTHER;
            }
            boolean external = source.get() == Network.EXTERNAL;
            if (destination.isEmpty()) {
                return PackedType.OTHER;
            }
            return switch (destination.get()) {
                case NULL -> external ? PackedType.INNULL : PackedType.OUTNULL;
                case INTERNAL -> external ? in(r) : PackedType.INT2INT;
                case EXTERNAL -> external ? PackedType.EXT2EXT : out(r);
            };
        }

        @Override
        Optional<String> check(SensorBlock block) {
            return checkTwoway(block);
        }
    },
    GENERIC {
        @Override
        PackedType decide(Optional<Network> source, Optional<Network> destination, FlowRecord r) {
            boolean external = source.isPresent() && source.get() == Network.EXTERNAL;
            boolean toNull = destination.isPresent() && destination.get() == Network.NULL;
            if (toNull) {
                return external ? PackedType.INNULL : PackedType.OUTNULL;
            }
            return external ? in(r) : out(r);
        }

        @Override
        Optional<String> check(SensorBlock block) {
            Definition external = block.definitions().get(Network.EXTERNAL);
            boolean fixed = block.hasFixedSource() && block.hasFixedDestination();
            if (!fixed && (external == null || external.bySets)) {
                return Optional.of("needs external-interfaces or external-ipblocks");
            }
            if (!block.filters().isEmpty()) {
                return Optional.of("the generic packing logic takes no discard filters");
            }
            if (block.probes().containsKey(Probe.Type.SFLOW)
                    || block.probes().containsKey(Probe.Type.FLOW)
                    || block.probes().containsKey(Probe.Type.SILK)) {
                return Optional.of(
                        "the generic packing logic takes netflow-v5, netflow-v9, ipfix and netflow"
                                + " probes");
            }
            return Optional.empty();
        }
    };

    /// A type as the shipped sites have it.
    ///
    /// @param isUsed whether flows are given it; the others are there for SiLK's sake
    record StandardType(int id, String type, String flowtype, boolean isUsed) {}

    private static final List<StandardType> STANDARD_TYPES =
            List.of(
                    new StandardType(0, "in", "in", true),
                    new StandardType(1, "out", "out", true),
                    new StandardType(2, "inweb", "iw", true),
                    new StandardType(3, "outweb", "ow", true),
                    new StandardType(4, "innull", "innull", true),
                    new StandardType(5, "outnull", "outnull", true),
                    new StandardType(6, "int2int", "int2int", true),
                    new StandardType(7, "ext2ext", "ext2ext", true),
                    new StandardType(8, "inicmp", "inicmp", false),
                    new StandardType(9, "outicmp", "outicmp", false),
                    new StandardType(10, "other", "other", true));

    private static final int GENERIC_TYPES = 6;

    /// One of the ports of the web.
    static final int WEB_PORT = 80;

    private static final int DENIED = 3;
    private static final int DENIED_INGRESS = 1001;
    private static final int DENIED_EGRESS = 1002;
    private static final int DENIED_SERVICE = 1003;
    private static final int DENIED_NOT_SYN = 1004;

    abstract PackedType decide(
            Optional<Network> source, Optional<Network> destination, FlowRecord r);

    private static PackedType in(FlowRecord r) {
        return isWeb(r) ? PackedType.INWEB : PackedType.IN;
    }

    private static PackedType out(FlowRecord r) {
        return isWeb(r) ? PackedType.OUTWEB : PackedType.OUT;
    }

    /// Its name in configurations, short.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The types of its site.
    List<StandardType> standardTypes() {
        return this == GENERIC ? STANDARD_TYPES.subList(0, GENERIC_TYPES) : STANDARD_TYPES;
    }

    /// The lines of silk.conf that define types which a class lacks, each on a line of its own.
    ///
    /// @param has the types of the class
    /// @param taken all flowtypes of the site
    String linesFor(Collection<String> has, Collection<Flowtype> taken) {
        BitSet ids = new BitSet();
        List<String> names = new ArrayList<>();
        for (Flowtype t : taken) {
            ids.set(t.id());
            names.add(t.name());
        }
        List<StandardType> missing =
                standardTypes().stream().filter(t -> !has.contains(t.type())).toList();
        BitSet given = (BitSet) ids.clone();
        missing.forEach(t -> given.set(t.id()));
        StringBuilder out = new StringBuilder();
        for (StandardType t : missing) {
            int id = ids.get(t.id()) ? given.nextClearBit(0) : t.id();
            given.set(id);
            String name = t.flowtype();
            while (names.contains(name)) {
                name += "2";
            }
            names.add(name);
            out.append("\n    type ").append(id).append(' ').append(t.type());
            out.append(' ').append(name);
        }
        return out.toString();
    }

    /// What is wrong with a sensor block under this logic, empty if nothing.
    abstract Optional<String> check(SensorBlock block);

    /// The packing logic that a path or name stands for, such as `packlogic-twoway.so`.
    ///
    /// @throws IllegalArgumentException if it is neither of the two known ones
    public static PackingLogic named(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return switch (name) {
            case "", "packlogic-twoway.so", "packlogic-twoway", "twoway" -> TWOWAY;
            case "packlogic-generic.so", "packlogic-generic", "generic" -> GENERIC;
            default ->
                    throw new IllegalArgumentException(
                            "unknown packing logic '"
                                    + path
                                    + "'; known are packlogic-twoway and packlogic-generic");
        };
    }

    /// The type of a flow at a sensor.
    ///
    /// @param block whose filters have let the flow through
    public PackedType typeOf(SensorBlock block, FlowRecord r) {
        PackedType type = decide(block.sourceOf(r), block.destinationOf(r), r);
        return r.memo == 0 ? type : denied(type, r.memo);
    }

    private static PackedType denied(PackedType type, int event) {
        return switch (event) {
            case DENIED_INGRESS -> PackedType.INNULL;
            case DENIED_EGRESS -> PackedType.OUTNULL;
            case DENIED, DENIED_SERVICE, DENIED_NOT_SYN ->
                    switch (type) {
                        case INT2INT, OUT, OUTWEB, OUTNULL -> PackedType.OUTNULL;
                        case IN, INWEB, INNULL, EXT2EXT -> PackedType.INNULL;
                        case OTHER -> type;
                    };
            default -> type;
        };
    }

    private static boolean isWeb(FlowRecord r) {
        return r.protocol == Protocols.TCP && (isWebPort(r.sport) || isWebPort(r.dport));
    }

    static boolean isWebPort(int port) {
        return port == WEB_PORT || port == 443 || port == 8080;
    }

    private static Optional<String> checkTwoway(SensorBlock block) {
        if (block.hasFixedSource() && block.hasFixedDestination()) {
            return Optional.empty();
        }
        Map<Network, Definition> all = block.definitions();
        Definition external = all.get(Network.EXTERNAL);
        Definition internal = all.get(Network.INTERNAL);
        if (external == null && internal == null) {
            return Optional.of("needs internal or external interfaces, ipblocks or ipsets");
        }
        long remainders = all.values().stream().filter(d -> d.remainder).count();
        if (remainders > 1) {
            return Optional.of("'remainder' may be used once");
        }
        boolean byInterface = false;
        boolean byBlocks = false;
        boolean bySets = false;
        for (Map.Entry<Network, Definition> e : all.entrySet()) {
            Definition d = e.getValue();
            if (e.getKey() != Network.NULL) {
                byInterface |= d.byInterface;
            }
            byBlocks |= d.byBlocks;
            bySets |= d.bySets;
        }
        int kinds = (byInterface ? 1 : 0) + (byBlocks ? 1 : 0) + (bySets ? 1 : 0);
        if (kinds > 1) {
            return Optional.of("interfaces, ipblocks and ipsets cannot be mixed");
        }
        if (external == null || internal == null) {
            Definition only = external == null ? internal : external;
            if (only != null && only.remainder && !only.byInterface) {
                return Optional.of("a single list cannot be 'remainder'");
            }
            if (remainders == 0) {
                block.define(external == null ? Network.EXTERNAL : Network.INTERNAL).remainder =
                        true;
            }
        }
        return Optional.empty();
    }
}
