package dev.rearview.wire;

/// Why something that came in did not become a flow.
public enum Drop {
    /// The datagram breaks its protocol, or its decoder failed at it.
    MALFORMED("malformed"),
    /// The protocol's version is not one that the listener takes.
    VERSION("unsupported-version"),
    /// Data sets whose template never came.
    UNKNOWN_TEMPLATE("unknown-template"),
    /// Records that make no sense, such as NetFlow v5 records without packets.
    BAD_RECORD("bad-record"),
    /// Records without IP addresses, or without packets or bytes.
    IGNORED("ignored"),
    /// Flows that the exporter's sequence numbers say were lost on the way.
    SEQUENCE_GAP("sequence-gap"),
    /// Templates, domains, samplers and exporters that a limit on state kept out or threw out.
    TABLE_FULL("table-full"),
    /// Datagrams from hosts that no probe accepts.
    DISALLOWED_HOST("disallowed-host"),
    /// Datagrams that the kernel dropped because the socket's buffer was full.
    KERNEL("kernel-drop"),
    /// Packets, datagrams and stretches of streams that a capture does not have whole, or in a form
    /// that is not read.
    CAPTURE("capture"),
    /// Flows for which no sensor or flowtype could be decided.
    UNCATEGORIZED("uncategorized"),
    /// Flows that could not be written: the disk is full or fails.
    DISK_FULL("disk-full"),
    /// Flows of an earlier run whose journal is damaged, as far as it tells their number.
    JOURNAL_DAMAGED("journal-damaged");

    private final String label;

    Drop(String label) {
        this.label = label;
    }

    /// Name for logs and metrics.
    public String label() {
        return label;
    }

    /// Whether it is a loss: what is left out on purpose is none.
    public boolean isLoss() {
        return this != IGNORED;
    }

    /// The reason of a label.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Drop labelled(String label) {
        for (Drop d : values()) {
            if (d.label.equals(label)) {
                return d;
            }
        }
        throw new IllegalArgumentException("unknown reason '" + label + "'");
    }
}
