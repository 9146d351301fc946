package dev.rearview.tools.rwresolve;

import dev.rearview.kit.command.Env;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the system says of name servers and of hosts: `/etc/resolv.conf`, what stands in its place
/// in the environment, and `/etc/hosts`.
final class ResolverFiles {
    /// More servers are not asked, as the system's own resolver does it.
    private static final int MOST_SERVERS = 3;

    private static final int MOST_ROUNDS = 5;
    private static final int MOST_HOSTS = 100_000;
    private static final int PORT = 53;

    private final Env env;
    private final List<InetSocketAddress> servers = new ArrayList<>();
    private int rounds = 2;

    ResolverFiles(Env env) {
        this.env = env;
    }

    /// Reads which servers there are.
    ///
    /// @param own variables of the environment come first, as the library adns has it
    ResolverFiles read(boolean own) throws IOException {
        if (own) {
            variable("RES_OPTIONS").ifPresent(o -> line("options " + o));
        }
        Optional<String> file = own ? variable("RES_CONF") : Optional.empty();
        for (String line : lines(env.path(file.orElse("/etc/resolv.conf")))) {
            line(line);
        }
        if (own) {
            variable("RES_CONF_TEXT").ifPresent(t -> t.lines().forEach(this::line));
            variable("RES_OPTIONS").ifPresent(o -> line("options " + o));
        }
        return this;
    }

    private Optional<String> variable(String name) {
        return env.variable("ADNS_" + name).or(() -> env.variable(name));
    }

    /// The lines of a file; none where it is not there.
    private static List<String> lines(Path path) throws IOException {
        List<String> out = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
            String line = in.readLine();
            while (line != null && out.size() < MOST_HOSTS) {
                out.add(line);
                line = in.readLine();
            }
        } catch (NoSuchFileException e) {
            // The system then asks this host.
            return out;
        }
        return out;
    }

    private void line(String text) {
        String[] words = text.replaceAll("[#;].*", "").strip().split("\\s+", -1);
        if (words[0].equals("nameserver") && words.length > 1 && servers.size() < MOST_SERVERS) {
            try {
                servers.add(server(words[1]));
            } catch (IllegalArgumentException e) {
                // A line that is not understood is not for us.
                return;
            }
        }
        for (int i = 1; words[0].equals("options") && i < words.length; i++) {
            if (words[i].matches("attempts:[1-9]")) {
                rounds = Math.min(MOST_ROUNDS, words[i].charAt(words[i].length() - 1) - '0');
            }
        }
    }

    /// An address, behind which a port may stand: `192.0.2.1:53`, `[2001:db8::1]:53`.
    ///
    /// @throws IllegalArgumentException if it is none
    static InetSocketAddress server(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort =
                text.startsWith("[")
                        ? text.contains("]:")
                        : text.indexOf(':') == colon && colon > 0;
        String host = hasPort ? text.substring(0, colon) : text;
        int port =
                hasPort
                        ? (int) IpText.parseUnsigned(text.substring(colon + 1), 0xFFFF, "port")
                        : PORT;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int zone = host.indexOf('%');
        IpText.parse(zone < 0 ? host : host.substring(0, zone));
        if (port == 0) {
            throw new IllegalArgumentException("port 0");
        }
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + host + "' is no address of a server", e);
        }
    }

    /// The servers; this host where none is named.
    List<InetSocketAddress> servers() {
        return servers.isEmpty()
                ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT))
                : servers;
    }

    /// How often each server is asked.
    int rounds() {
        return rounds;
    }

    /// The names of addresses in `/etc/hosts`, the first one of each.
    static Map<Ip, String> hosts(Path path) throws IOException {
        Map<Ip, String> out = new HashMap<>();
        for (String line : lines(path)) {
            String[] words = line.replaceAll("#.*", "").strip().split("\\s+", -1);
            if (words.length > 1) {
                address(words[0]).ifPresent(ip -> out.putIfAbsent(ip, words[1]));
            }
        }
        return out;
    }

    /// Some addresses there have a zone, which no flow has.
    private static Optional<Ip> address(String text) {
        try {
            return Optional.of(IpText.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
