package dev.rearview.tools.rwresolve;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.ColumnFilter;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.NumberRange;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/// Puts host names in place of addresses in columns of text.
public final class RwResolve implements Tool {
    private static final List<String> RESOLVERS =
            List.of("c-ares", "adns", "getnameinfo", "gethostbyaddr");

    private static final int MOST_REQUESTS = 512;

    /// Lookups at a time of the system, each of which takes a thread of its own.
    private static final int SYSTEM_REQUESTS = 16;

    private static final double MOST_SECONDS = 3600;

    private final Env env;
    private final ColumnFilter columns;
    private final List<InetSocketAddress> servers = new ArrayList<>();
    private String resolver = RESOLVERS.getFirst();
    private int width;
    private int requests = 128;
    private long timeoutMs = 4000;

    public RwResolve(Env env) {
        this.env = env;
        this.columns = new ColumnFilter(env, 1, 2);
    }

    @Override
    public String name() {
        return "rwresolve";
    }

    @Override
    public String summary() {
        return "Put host names in place of addresses in columns of text";
    }

    @Override
    public String usage() {
        return "[--ip-fields=LIST] [--column-width=N] [SWITCHES]";
    }

    @Override
    public String description() {
        return "Reads lines from standard input, such as rwcut prints, and asks name servers for the"
                + " names of the addresses in the chosen columns, many at a time. Rows keep their"
                + " order. An address stays where it has no name, or where none has come in time;"
                + " servers that answer nothing are not waited for again and again. Names of the last "
                + HostNames.MOST_KNOWN
                + " addresses are remembered. Empty lines are left out. Octets of a name that no host"
                + " name has are printed as \\\\DDD.\n\n"
                + "The resolvers c-ares and adns stand for questions over UDP to the servers of"
                + " /etc/resolv.conf, after a look into /etc/hosts; adns also heeds RES_CONF,"
                + " RES_CONF_TEXT and RES_OPTIONS in the environment, first with ADNS_ before their"
                + " names. getnameinfo and gethostbyaddr stand for the system's own way, by which a"
                + " name has to lead back to its address. adns and gethostbyaddr leave IPv6 as it is.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Names of the sources behind all other columns",
                        "rwcut --fields=1-12,1 flows.rw | rwresolve --ip-fields=13"));
    }

    @Override
    public void declare(Options options) {
        columns.declare(options);
        options.value(
                "column-width",
                "N",
                "Width of the chosen columns, to whose right end names and addresses go",
                v -> width = (int) IpText.parseUnsigned(v.strip(), 1 << 16, "width"));
        options.value(
                        "resolver",
                        "NAME",
                        "Who is asked: " + String.join(", ", RESOLVERS),
                        v -> resolver = Names.unique(v, RESOLVERS, "resolver"))
                .words(() -> RESOLVERS);
        options.value(
                "max-requests",
                "N",
                "Ask for no more than N names at a time; default 128, at most " + MOST_REQUESTS,
                v -> {
                    long n = SwitchValues.positive(v, Integer.MAX_VALUE);
                    requests = (int) Math.min(n, MOST_REQUESTS);
                });
        options.value(
                        "dns-server",
                        "ADDRESS[:PORT]",
                        "Ask this server instead of those of the system; repeatable",
                        v -> servers.add(ResolverFiles.server(v)))
                .inFull();
        options.value(
                        "timeout",
                        "SECONDS",
                        "Wait no longer for a name; default 4, fractions allowed",
                        v -> {
                            double seconds = NumberRange.decimal(v.strip());
                            if (seconds < 0.001 || seconds > MOST_SECONDS) {
                                throw new IllegalArgumentException("must be 0.001 to 3600");
                            }
                            timeoutMs = (long) (seconds * 1000);
                        })
                .inFull();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        boolean isIpv4Only = resolver.equals("adns") || resolver.equals("gethostbyaddr");
        Writer out = new BufferedWriter(new OutputStreamWriter(env.out(), ColumnFilter.CHARSET));
        new RowPipe(columns, names(), env.context(), isIpv4Only, width).run(columns.lines(), out);
        return 0;
    }

    private HostNames names() throws IOException {
        if (resolver.startsWith("get")) {
            ThreadFactory threads = Thread.ofPlatform().daemon().name("resolver").factory();
            return new HostNames(
                    RwResolve::ofSystem, threads, Math.min(requests, SYSTEM_REQUESTS), timeoutMs);
        }
        ResolverFiles files = new ResolverFiles(env).read(resolver.equals("adns"));
        Lookup dns =
                new DnsServers(
                        servers.isEmpty() ? files.servers() : servers, files.rounds(), timeoutMs);
        Map<Ip, String> hosts = ResolverFiles.hosts(Path.of("/etc/hosts"));
        Lookup lookup =
                (hi, lo) -> {
                    Ip ip = Ip.isMapped(hi, lo) ? Ip.v4((int) lo) : Ip.v6(hi, lo);
                    return Optional.ofNullable(hosts.get(ip)).or(() -> dns.name(hi, lo));
                };
        return new HostNames(lookup, Thread.ofVirtual().factory(), requests, timeoutMs);
    }

    private static Optional<String> ofSystem(long hi, long lo) {
        byte[] octets =
                Ip.isMapped(hi, lo)
                        ? ByteBuffer.allocate(4).putInt((int) lo).array()
                        : ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
        try {
            InetAddress address = InetAddress.getByAddress(octets);
            String name = address.getHostName();
            return name.equals(address.getHostAddress()) ? Optional.empty() : Optional.of(name);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
