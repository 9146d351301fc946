package dev.rearview.silk;

import java.util.Locale;

/// File format ids of SiLK headers.
public enum SilkFormat {
    FT_TCPDUMP(0x00),
    FT_GRAPH(0x01),
    FT_ADDRESSES(0x02),
    FT_PORTMAP(0x03),
    FT_SERVICEMAP(0x04),
    FT_NIDSMAP(0x05),
    FT_EXPERIMENT1(0x06),
    FT_EXPERIMENT2(0x07),
    FT_TEMPFILE(0x08),
    FT_AGGREGATEBAG(0x09),
    FT_IPFIX(0x0A),
    FT_RWIPV6(0x0B),
    FT_RWIPV6ROUTING(0x0C),
    FT_RWAUGSNMPOUT(0x0D),
    FT_RWAUGROUTING(0x0E),
    FT_RESERVED_0F(0x0F),
    FT_RWROUTED(0x10),
    FT_RWNOTROUTED(0x11),
    FT_RWSPLIT(0x12),
    FT_RWFILTER(0x13),
    FT_RWAUGMENTED(0x14),
    FT_RWAUGWEB(0x15),
    FT_RWGENERIC(0x16),
    FT_RESERVED_17(0x17),
    FT_RWDAILY(0x18),
    FT_RWSCAN(0x19),
    FT_RWACL(0x1A),
    FT_RWCOUNT(0x1B),
    FT_FLOWCAP(0x1C),
    FT_IPSET(0x1D),
    FT_TAGTREE(0x1E),
    FT_RWWWW(0x1F),
    FT_SHUFFLE(0x20),
    FT_RWBAG(0x21),
    FT_BLOOM(0x22),
    FT_RWPRINTSTATS(0x23),
    FT_PDUFLOWCAP(0x24),
    FT_PREFIXMAP(0x25);

    private static final SilkFormat[] VALUES = values();

    private final int id;

    SilkFormat(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /// Name of a format number as SiLK prints it.
    public static String nameOf(int id) {
        return id < VALUES.length ? VALUES[id].name() : String.format(Locale.ROOT, "?[%d]", id);
    }

    /// The format of an id that is known.
    static SilkFormat of(int id) {
        return VALUES[id];
    }

    /// Whether an id is one of the known formats.
    public static boolean isKnown(int id) {
        return id < VALUES.length;
    }
}
