package dev.rearview.tools.rwsilk2ipfix;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Site;
import dev.rearview.wire.ipfix.IpfixSink;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Writes flows as IPFIX.
public final class RwSilk2Ipfix implements FlowTool {
    private final Env env;
    private final SiteOption site;
    private final FlowInputs inputs;
    private String path = "-";
    private boolean withoutNames;
    private boolean printStatistics;
    private boolean single;

    /// What kept the list of names from being read.
    private Optional<IOException> unreadable = Optional.empty();

    public RwSilk2Ipfix(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
    }

    @Override
    public String name() {
        return "rwsilk2ipfix";
    }

    @Override
    public String summary() {
        return "Write SiLK flows as IPFIX messages";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return """
        The messages announce ten templates, five for each family of addresses: for TCP with and
        without the flags of the first packet apart, for UDP and SCTP, for ICMP, and for all other
        protocols, which have neither ports nor flags. Beside the elements that IANA registers
        they have CERT's (enterprise 6871): flowtype (30), sensor (31), attributes (32),
        application (33), flags of the first packet (14) and of the others (15). Where a site
        configuration is found, the names of the flowtype (938), its class (939) and type (940),
        and of the sensor (941) follow the numbers.

        Times are milliseconds. rwipfix2silk makes flows of the messages again.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Write a file of flows as IPFIX",
                        "rwsilk2ipfix --ipfix-output=flows.ipfix flows.rw"),
                new Example(
                        "Through IPFIX and back",
                        "rwsilk2ipfix flows.rw | rwipfix2silk --silk-output=again.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "ipfix-output",
                        "PATH",
                        "Write the messages to PATH instead of standard output",
                        value -> path = SwitchValues.path(value))
                .once();
        options.flag(
                "no-site-name-elements",
                "Leave out the names of class, type, flowtype and sensor",
                () -> withoutNames = true);
        options.flag(
                "print-statistics",
                "Print on standard error how many records were written",
                () -> printStatistics = true);
        options.flag(
                "single-template",
                "Use one template for all flows, with both families' addresses and without names",
                () -> single = true);
        inputs.names().declare(options);
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) {
        List<String> names = List.of();
        try {
            names = inputs.names(operands);
        } catch (IOException e) {
            unreadable = Optional.of(e);
        }
        return Optional.of(new Query(inputs.plan(names), new Product.Flows(path)));
    }

    @Override
    public int run(Query query) throws IOException {
        OutputFiles.checkNoTerminal(env, path);
        // As the header of rwcat, the templates go out first: what reads a pipe sees a stream
        // without flows, whatever goes wrong with the inputs.
        boolean good;
        long written;
        try (IpfixSink sink =
                new IpfixSink(
                        OutputFiles.openLarge(env, path),
                        single,
                        names(),
                        InstantSource.system())) {
            if (unreadable.isPresent()) {
                throw unreadable.get();
            }
            try (QueryRun run = inputs.open(query, FlowOutput.outlet(() -> sink))) {
                good = run.read();
            }
            written = sink.written();
        }
        if (printStatistics) {
            env.tell("Wrote " + written + " IPFIX records to '" + path + "'");
        }
        return good ? 0 : 1;
    }

    private Optional<IpfixSink.Names> names() {
        if (withoutNames || single || site.location().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SiteNames(site.site()));
    }

    /// The names of a site.
    private record SiteNames(Site site) implements IpfixSink.Names {
        @Override
        public String flowtype(int flowtype) {
            return site.flowtype(flowtype).map(Flowtype::name).orElse(site.typeName(flowtype));
        }

        @Override
        public String className(int flowtype) {
            return site.className(flowtype);
        }

        @Override
        public String type(int flowtype) {
            return site.typeName(flowtype);
        }

        @Override
        public String sensor(int sensor) {
            return site.sensorName(sensor);
        }
    }
}
