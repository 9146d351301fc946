package dev.rearview.tools.rwnetmask;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.model.FlowSink;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Cuts the addresses of flows down to prefixes.
public final class RwNetMask implements FlowTool {
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final PolicyOption policy;
    private final Prefix source = new Prefix(Field.SIP);
    private final Prefix destination = new Prefix(Field.DIP);
    private final Prefix nextHop = new Prefix(Field.NHIP);
    private boolean any;

    /// How many bits of an address are kept.
    private static final class Prefix {
        private final Field address;
        private int v4 = 32;
        private int v6 = 128;

        Prefix(Field address) {
            this.address = address;
        }

        FlowPlan.Prefixes prefixes() {
            return new FlowPlan.Prefixes(address, v4, v6);
        }
    }

    public RwNetMask(Env env) {
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.output = new FlowOutput(env, History.NONE);
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwnetmask";
    }

    @Override
    public String summary() {
        return "Cut the addresses of SiLK flow records down to prefixes";
    }

    @Override
    public String usage() {
        return "{--4sip-prefix-length=N | --6dip-prefix-length=N | ...} [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Traffic between networks",
                        "rwnetmask --4sip=24 --4dip=16 flows.rw | rwuniq --fields=sip,dip"
                                + " --values=bytes"));
    }

    @Override
    public void declare(Options options) {
        declare(options, "sip", "source", source);
        declare(options, "dip", "destination", destination);
        declare(options, "nhip", "next hop", nextHop);
        output.declare(options);
        inputs.declare(options);
        policy.declare(options);
        site.declare(options);
    }

    private void declare(Options options, String name, String what, Prefix prefix) {
        for (String of : List.of("4" + name, name)) {
            options.value(
                    of + "-prefix-length",
                    "N",
                    "Keep N bits of the " + what + " address of IPv4 flows, 1-32",
                    v -> prefix.v4 = bits(v, 32));
        }
        options.value(
                "6" + name + "-prefix-length",
                "N",
                "Keep N bits of the " + what + " address of IPv6 flows, 1-128",
                v -> prefix.v6 = bits(v, 128));
    }

    private int bits(String v, int most) {
        any = true;
        return SwitchValues.prefixLength(v, most);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (!any) {
            throw new ToolException("a prefix length is required");
        }
        FlowPlan flows = inputs.plan(inputs.names(operands), policy.policy());
        List<FlowPlan.Prefixes> addresses =
                Stream.of(source, destination, nextHop).map(Prefix::prefixes).toList();
        return Optional.of(output.query(new FlowPlan.Mask(flows, addresses)));
    }

    @Override
    public int run(Query query) throws IOException {
        try (FlowSink writer = output.open(List.of());
                QueryRun run = inputs.open(query, FlowOutput.outlet(() -> writer))) {
            return run.read() ? 0 : 1;
        }
    }

    @Override
    public boolean handsOver(Query query) {
        return output.isStdout();
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query)
                ? Optional.of(output.handoverBehindHeader(inputs, query, ByteOrder.nativeOrder()))
                : Optional.empty();
    }
}
