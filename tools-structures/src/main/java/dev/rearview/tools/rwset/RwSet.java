package dev.rearview.tools.rwset;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.PolicyOption;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes IP sets of the addresses of flows.
public final class RwSet implements Tool {
    private final Env env;
    private final Inputs inputs;
    private final SetOutput output;
    private final PolicyOption policy;
    private final SiteOption site;
    private final List<Target> targets = new ArrayList<>();

    private record Target(String path, List<Field> fields, IpSet.Builder set) {}

    public RwSet(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new Inputs(env, site);
        this.output = new SetOutput(env, History.OF_ALL);
        this.policy = new PolicyOption(env);
    }

    @Override
    public String name() {
        return "rwset";
    }

    @Override
    public String summary() {
        return "Make IPsets of the unique addresses of SiLK flow records";
    }

    @Override
    public String usage() {
        return "{--sip-file=PATH | --dip-file=PATH | --nhip-file=PATH | --any-file=PATH} [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Collect the sources of scans",
                        "rwfilter --flags-all=S/SA --proto=6 --pass=stdout flows.rw | rwset --sip-file=scanners.set"));
    }

    @Override
    public void declare(Options options) {
        target(options, "sip-file", "source", Field.SIP);
        target(options, "dip-file", "destination", Field.DIP);
        target(options, "nhip-file", "next-hop", Field.NHIP);
        target(options, "any-file", "source and destination", Field.SIP, Field.DIP);
        output.declare(options);
        output.declareNoteStrip(options);
        inputs.declare(options);
        inputs.declareCopy(options);
        policy.declare(options);
        site.declare(options);
    }

    private void target(Options options, String name, String what, Field... fields) {
        options.value(
                        name,
                        "PATH",
                        "Write the " + what + " addresses to PATH",
                        path -> {
                            if (path.isEmpty()) {
                                throw new IllegalArgumentException("empty path");
                            }
                            targets.add(new Target(path, List.of(fields), new IpSet.Builder()));
                        })
                .once();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (targets.isEmpty()) {
            throw new ToolException(
                    "no output: use --sip-file, --dip-file, --nhip-file or --any-file");
        }
        Set<String> seen = new HashSet<>();
        for (Target t : targets) {
            if (!seen.add(OutputFiles.isStdout(t.path) ? "-" : t.path)) {
                throw new ToolException("several outputs go to '" + t.path + "'");
            }
            OutputFiles.checkNew(env, t.path);
            OutputFiles.checkNoDirectory(env, t.path);
        }
        output.check();
        List<String> names = inputs.names(operands);
        inputs.copy().start(seen.contains("-"));
        List<List<IpSet.Builder>> shares = new ArrayList<>();
        boolean opened =
                inputs.forEachInAnyOrder(
                        inputs.plan(names, policy.policy()),
                        () -> {
                            List<IpSet.Builder> own =
                                    targets.stream().map(t -> new IpSet.Builder()).toList();
                            shares.add(own);
                            return adding(own);
                        });
        if (!opened) {
            return 1;
        }
        for (List<IpSet.Builder> share : shares) {
            for (int i = 0; i < share.size(); i++) {
                targets.get(i).set.addAll(share.get(i).build());
            }
        }
        for (Target t : targets) {
            output.write(t.path, t.set.build(), inputs.history());
        }
        return inputs.damaged ? 1 : 0;
    }

    /// Damage in an input is reported, and what is good is kept; one that cannot be opened ends the
    /// command.
    private static final class Inputs extends FlowInputs {
        private volatile boolean damaged;
        private volatile boolean isOpening;

        Inputs(Env env, SiteOption site) {
            super(env, site, History.OF_ALL);
        }

        @Override
        public void named(String name) {
            isOpening = true;
            super.named(name);
        }

        @Override
        public void opened(FlowFile file) {
            isOpening = false;
            super.opened(file);
        }

        @Override
        public boolean goesOn(IOException e) {
            tell(e);
            damaged = true;
            return !isOpening;
        }
    }

    private RowConsumer adding(List<IpSet.Builder> sets) {
        return (batch, rows) -> {
            if (rows.isEmpty()) {
                return true;
            }
            // All sets get the batch, or none does.
            targets.forEach(t -> batch.load(t.fields));
            for (int i = 0; i < sets.size(); i++) {
                for (Field field : targets.get(i).fields) {
                    add(batch.addresses(field), batch, rows, sets.get(i));
                }
            }
            return true;
        };
    }

    private static void add(
            AddressColumn column, FlowBatch batch, Selection rows, IpSet.Builder set) {
        if (column.isCoded() && rows.count() == batch.size()) {
            for (int i = 0; i < column.dictionarySize(); i++) {
                set.add(column.dictionary().hi(i), column.dictionary().lo(i));
            }
            return;
        }
        long[] hi = column.hi();
        long[] lo = column.lo();
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            set.add(hi[i], lo[i]);
        }
    }
}
