package dev.rearview.site;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A probe of sensor.conf: one source of flow records.
///
/// @param quirks names of quirks
public record Probe(
        String name,
        Type type,
        Source source,
        boolean vlanInterfaces,
        Set<String> logFlags,
        Set<String> quirks) {
    /// Where a probe's messages come from: a socket, a directory or a file.
    ///
    /// @param port UDP or TCP port, 0 if it does not listen
    /// @param tcp whether it listens on TCP
    /// @param listenAs address to bind, empty for any
    /// @param acceptFrom hosts that may send, empty for all
    public record Source(
            int port,
            boolean tcp,
            Optional<String> listenAs,
            List<String> acceptFrom,
            Optional<String> pollDirectory,
            Optional<String> readFromFile) {
        /// A UDP port of all addresses.
        public static Source udp(int port, List<String> acceptFrom) {
            return new Source(
                    port, false, Optional.empty(), acceptFrom, Optional.empty(), Optional.empty());
        }
    }

    public int port() {
        return source.port();
    }

    public boolean tcp() {
        return source.tcp();
    }

    public Optional<String> listenAs() {
        return source.listenAs();
    }

    public List<String> acceptFrom() {
        return source.acceptFrom();
    }

    public Optional<String> pollDirectory() {
        return source.pollDirectory();
    }

    public Optional<String> readFromFile() {
        return source.readFromFile();
    }

    /// What a probe takes.
    public enum Type {
        NETFLOW_V5("netflow-v5", ExportFormat.NETFLOW_V5),
        NETFLOW_V9("netflow-v9", ExportFormat.NETFLOW_V9),
        IPFIX("ipfix", ExportFormat.IPFIX),
        SFLOW("sflow", ExportFormat.SFLOW),
        SILK("silk"),
        /// NetFlow and IPFIX, by the version of each datagram.
        NETFLOW("netflow", ExportFormat.NETFLOW_V5, ExportFormat.NETFLOW_V9, ExportFormat.IPFIX),
        /// sFlow too.
        FLOW("flow", ExportFormat.values());

        private final String keyword;
        private final List<ExportFormat> formats;

        Type(String keyword, ExportFormat... formats) {
            this.keyword = keyword;
            this.formats = List.of(formats);
        }

        /// Its name in sensor.conf.
        public String keyword() {
            return keyword;
        }

        /// What it is meant for.
        public List<ExportFormat> formats() {
            return formats;
        }

        /// Whether it takes a format where no other probe is meant for it: the probes for NetFlow
        /// v9 and IPFIX take either, because exporters are often set to one where the other was
        /// meant.
        public boolean takes(ExportFormat format) {
            return formats.contains(format)
                    || (this == NETFLOW_V9 && format == ExportFormat.IPFIX)
                    || (this == IPFIX && format == ExportFormat.NETFLOW_V9);
        }

        /// Whether exporters announce templates to it.
        public boolean hasTemplates() {
            return takes(ExportFormat.IPFIX);
        }

        /// Whether a sensor block that names probes of a type means one of this type by it.
        /// `netflow` was once another word for `netflow-v5`.
        boolean isNamedBy(Type named) {
            return this == named
                    || (this == NETFLOW && named == NETFLOW_V5)
                    || (this == NETFLOW_V5 && named == NETFLOW);
        }
    }
}
