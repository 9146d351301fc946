package dev.rearview.meter;

/// What a meter is told. Each method changes one setting and gives the options back.
public final class MeterOptions {
    private static final long SECOND_US = 1_000_000;

    /// What SiLK's files can say of a duration, milliseconds.
    private static final long MAX_ACTIVE_MS = 0xFFFF_FFFFL;

    private static final long DEFAULT_MEMORY = 256L << 20;

    private long idleUs = 300 * SECOND_US;
    private long activeUs = 1800 * SECOND_US;
    private long memory = Math.min(DEFAULT_MEMORY, Runtime.getRuntime().maxMemory() / 4);
    private long maxFlows = Long.MAX_VALUE;
    private boolean isBiflow = true;
    private boolean entersTunnels;
    private boolean keysVlan = true;
    private boolean labels = true;
    private boolean seesEnds = true;
    private Fragmented fragmented = Fragmented.WITH_THEIR_FLOW;
    private Families families = Families.BOTH;

    /// What becomes of fragments.
    public enum Fragmented {
        /// They belong to the flow whose ports the first fragment of their datagram has.
        WITH_THEIR_FLOW,
        /// They are left out and counted.
        LEFT_OUT
    }

    /// Which packets are metered.
    public enum Families {
        BOTH,
        IPV4,
        IPV6
    }

    /// How long a flow waits for its next packet. With 0 each packet is a flow.
    public MeterOptions idleUs(long us) {
        idleUs = us;
        return this;
    }

    /// How long a flow lasts before it is cut; at most what SiLK's files can say.
    public MeterOptions activeUs(long us) {
        activeUs = Math.min(us, MAX_ACTIVE_MS * 1000);
        return this;
    }

    /// Octets that the flows may take.
    public MeterOptions memory(long octets) {
        memory = octets;
        return this;
    }

    public MeterOptions maxFlows(long count) {
        maxFlows = count;
        return this;
    }

    /// Whether the two directions of a connection are one flow, of two records.
    public MeterOptions biflow(boolean wanted) {
        isBiflow = wanted;
        return this;
    }

    /// Whether a packet in a tunnel belongs to the flow inside, and not to the tunnel's own.
    public MeterOptions entersTunnels(boolean wanted) {
        entersTunnels = wanted;
        return this;
    }

    /// Whether packets of two VLANs are of two flows.
    public MeterOptions keysVlan(boolean wanted) {
        keysVlan = wanted;
        return this;
    }

    /// Whether applications are told.
    public MeterOptions labels(boolean wanted) {
        labels = wanted;
        return this;
    }

    /// Whether a flow of TCP is over when it was closed or reset. Otherwise what follows under the
    /// same ports belongs to it.
    public MeterOptions seesEnds(boolean wanted) {
        seesEnds = wanted;
        return this;
    }

    public MeterOptions fragmented(Fragmented wanted) {
        fragmented = wanted;
        return this;
    }

    public MeterOptions families(Families wanted) {
        families = wanted;
        return this;
    }

    long idleUs() {
        return idleUs;
    }

    long activeUs() {
        return activeUs;
    }

    /// Flows that there is room for, at least one.
    int room() {
        return (int) Math.clamp(Math.min(maxFlows, memory / Flow.OCTETS), 1, 1 << 28);
    }

    boolean isBiflow() {
        return isBiflow;
    }

    boolean entersTunnels() {
        return entersTunnels;
    }

    boolean keysVlan() {
        return keysVlan;
    }

    boolean labels() {
        return labels;
    }

    boolean seesEnds() {
        return seesEnds;
    }

    boolean leavesOutFragments() {
        return fragmented == Fragmented.LEFT_OUT;
    }

    boolean takes(boolean isIpv6) {
        return switch (families) {
            case BOTH -> true;
            case IPV4 -> !isIpv6;
            case IPV6 -> isIpv6;
        };
    }
}
