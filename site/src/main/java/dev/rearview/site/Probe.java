package dev.rearview.site;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A probe of sensor.conf: one source of flow records.
///
/// @param port UDP or TCP port, 0 if it does not listen
/// @param tcp whether it listens on TCP
/// @param listenAs address to bind, empty for any
/// @param acceptFrom hosts that may send, empty for all
/// @param quirks names of quirks
public record Probe(
        String name,
        Type type,
        int port,
        boolean tcp,
        Optional<String> listenAs,
        List<String> acceptFrom,
        Optional<String> pollDirectory,
        Optional<String> readFromFile,
        boolean vlanInterfaces,
        Set<String> logFlags,
        Set<String> quirks) {
    public enum Type {
        NETFLOW_V5("netflow-v5"),
        NETFLOW_V9("netflow-v9"),
        IPFIX("ipfix"),
        SFLOW("sflow"),
        SILK("silk");

        private final String keyword;

        Type(String keyword) {
            this.keyword = keyword;
        }

        /// Its name in sensor.conf.
        public String keyword() {
            return keyword;
        }
    }
}
