package dev.rearview.site;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The formats of flow exports, which the first octets of a datagram tell apart.
public enum ExportFormat {
    NETFLOW_V5("NetFlow v5"),
    NETFLOW_V9("NetFlow v9"),
    IPFIX("IPFIX"),
    SFLOW("sFlow");

    private final String label;

    ExportFormat(String label) {
        this.label = label;
    }

    /// Its name for people.
    public String label() {
        return label;
    }

    /// The first two octets of a datagram, 0xFFFF where it is shorter.
    public static int version(ByteBuffer datagram) {
        return datagram.remaining() < 2 ? 0xFFFF : datagram.getShort(datagram.position()) & 0xFFFF;
    }

    /// The format that begins so, empty if none does. NetFlow and IPFIX have a version in two
    /// octets, sFlow in four, whatever it is.
    public static Optional<ExportFormat> of(int version) {
        return switch (version) {
            case 0 -> Optional.of(SFLOW);
            case 5 -> Optional.of(NETFLOW_V5);
            case 9 -> Optional.of(NETFLOW_V9);
            case 10 -> Optional.of(IPFIX);
            default -> Optional.empty();
        };
    }
}
