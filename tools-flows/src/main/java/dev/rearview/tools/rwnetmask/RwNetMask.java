package dev.rearview.tools.rwnetmask;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.util.List;

/// Cuts the addresses of flows down to prefixes.
public final class RwNetMask implements Tool {
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final PolicyOption policy;
    private final Prefix source = new Prefix();
    private final Prefix destination = new Prefix();
    private final Prefix nextHop = new Prefix();
    private boolean any;

    /// How many bits of an address are kept.
    private static final class Prefix {
        private int v4 = 128;
        private int v6 = 128;

        long hi(long hi, boolean six) {
            int bits = six ? v6 : v4;
            return bits >= 64 ? hi : hi & -1L << 64 - bits;
        }

        long lo(long lo, boolean six) {
            int bits = six ? v6 : v4;
            return bits <= 64 ? 0 : lo & -1L << 128 - bits;
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
                    v -> prefix.v4 = 96 + bits(v, 32));
        }
        options.value(
                "6" + name + "-prefix-length",
                "N",
                "Keep N bits of the " + what + " address of IPv6 flows, 1-128",
                v -> prefix.v6 = bits(v, 128));
    }

    private int bits(String v, int most) {
        int bits = (int) IpText.parseUnsigned(v.strip(), most, "prefix length");
        if (bits == 0) {
            throw new IllegalArgumentException("must be 1-" + most);
        }
        any = true;
        return bits;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (!any) {
            throw new ToolException("a prefix length is required");
        }
        List<String> names = inputs.names(operands);
        try (FlowSink writer = output.open(List.of())) {
            return inputs.forEach(
                            inputs.plan(names, policy.policy()),
                            (batch, rows) -> {
                                mask(batch, rows, writer);
                                return true;
                            })
                    ? 0
                    : 1;
        }
    }

    private void mask(FlowBatch batch, Selection rows, FlowSink writer) throws IOException {
        FlowRecord r = new FlowRecord();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, r);
            boolean six = r.isIpv6();
            r.sipLo = source.lo(r.sipLo, six);
            r.sipHi = source.hi(r.sipHi, six);
            r.dipLo = destination.lo(r.dipLo, six);
            r.dipHi = destination.hi(r.dipHi, six);
            r.nhipLo = nextHop.lo(r.nhipLo, six);
            r.nhipHi = nextHop.hi(r.nhipHi, six);
            writer.write(r);
        }
    }
}
