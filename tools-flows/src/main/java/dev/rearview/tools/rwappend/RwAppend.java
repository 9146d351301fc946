package dev.rearview.tools.rwappend;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.LeftOut;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowSink;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkReader;
import dev.rearview.silk.SilkTail;
import dev.rearview.silk.SilkWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes flows behind those of a file.
public final class RwAppend implements FlowTool {
    private final Env env;
    private final Sources inputs;
    private final SiteOption site;
    private Optional<String> create = Optional.empty();
    private boolean printStatistics;

    public RwAppend(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new Sources();
    }

    @Override
    public String name() {
        return "rwappend";
    }

    @Override
    public String summary() {
        return "Append SiLK flow records to a file";
    }

    @Override
    public String usage() {
        return "[--create[=TEMPLATE]] [SWITCHES] TARGET_FILE SOURCE_FILE...";
    }

    @Override
    public String description() {
        return "The target keeps its format, version, byte order, compression and header. IPv6"
                + " flows whose addresses are those of IPv4 become IPv4 in a target without room"
                + " for others, which are left out. A source that cannot be read, or not to its"
                + " end, is told of and ends the command with 1 when the others have been"
                + " appended; if the target cannot be written, or the command is interrupted, it"
                + " stays what it was. Where the command is killed some of the new flows are in"
                + " it, each of them whole.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Collect results", "rwappend --create results.rw today.rw"),
                new Example(
                        "The same in the format of another file",
                        "rwappend --create=old.rw results.rw today.rw"));
    }

    @Override
    public void declare(Options options) {
        options.optional(
                        "create",
                        "TEMPLATE",
                        "Make the target if there is none, with the format of TEMPLATE if it is"
                                + " given",
                        v -> create = Optional.of(v))
                .once();
        options.flag(
                "print-statistics",
                "Print on standard error how many flows came from each source",
                () -> printStatistics = true);
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (operands.isEmpty()) {
            throw new ToolException("no target file");
        }
        String target = operands.getFirst();
        if (OutputFiles.isStream(target)) {
            throw new ToolException("the target must be a file");
        }
        List<String> sources = new ArrayList<>();
        for (int i = 1; i < operands.size(); i++) {
            if (isTarget(operands.get(i), target)) {
                inputs.skip(
                        sources.size(),
                        "rwappend: Warning: skipping source-file"
                                + (i - 1)
                                + ": identical to target file '"
                                + target
                                + "'");
            } else {
                sources.add(operands.get(i));
            }
        }
        return Optional.of(new Query(inputs.plan(sources), new Product.Flows(target)));
    }

    private boolean isTarget(String source, String target) throws IOException {
        Path from = env.path(source);
        Path to = env.path(target);
        return !InputFiles.isStdin(source)
                && (source.equals(target)
                        || Files.exists(from) && Files.exists(to) && Files.isSameFile(from, to));
    }

    @Override
    public int run(Query query) throws IOException {
        String target = query.product(Product.Flows.class).path();
        Path path = env.path(target);
        LeftOut leftOut = new LeftOut();
        if (Files.exists(path)) {
            try (AppendedFile file = AppendedFile.open(path, target)) {
                SilkTail tail = file.tail();
                append(query.flows(), tail.header(), file.writer(leftOut), target);
                env.context().check();
                file.keep();
            }
        } else if (create.isPresent()) {
            SilkHeader header = header(target, create.get());
            try (SilkWriter out =
                    SilkWriter.of(OutputFiles.openPlain(env, target), header, leftOut)) {
                append(query.flows(), header, out, target);
            }
        } else {
            throw ToolException.failure(target + ": no such file; --create makes it");
        }
        return leftOut.isNone(env, target) && inputs.areWhole ? 0 : 1;
    }

    /// The header of a new target.
    private SilkHeader header(String target, String template) throws IOException {
        if (template.isEmpty()) {
            return SilkWriter.header(
                    ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN,
                    new FileSettings(
                            new CompressionOption(env).of(target), env.silkVersion(), List.of()));
        }
        InputStream in =
                InputFiles.isStdin(template) ? env.in() : Files.newInputStream(env.path(template));
        SilkFile file = SilkFile.open(in, template, SilkFile.mayBeGzip(template));
        try (SilkReader reader = SilkReader.of(file, site.site(), true)) {
            return reader.renewed(reader.header().isBigEndian(), env.silkVersion(), List.of());
        }
    }

    private void append(FlowPlan sources, SilkHeader header, FlowSink out, String target)
            throws IOException {
        boolean isIpv4Only = SilkTail.isIpv4Only(header);
        FlowPlan flows = isIpv4Only ? new FlowPlan.Policy(sources, Ipv6Policy.ASV4) : sources;
        inputs.start(out, target);
        Query query = new Query(flows, new Product.Flows(target));
        try (QueryRun run = inputs.open(query, FlowOutput.outlet(() -> out))) {
            boolean good = run.read();
            inputs.areWhole = inputs.areWhole && good;
        }
        out.flush();
        inputs.end();
    }

    /// Counts what comes of each source, and goes on behind one that cannot be read.
    private final class Sources extends FlowInputs {
        private Optional<FlowSink> out = Optional.empty();
        private Optional<String> current = Optional.empty();
        private String target = "";
        private long before;
        private int files;
        private boolean areWhole = true;

        /// What is told of sources that are left out, by the number of others before them.
        private final Map<Integer, List<String>> skipped = new HashMap<>();

        private int named;

        Sources() {
            super(env, site);
        }

        void skip(int before, String message) {
            skipped.computeIfAbsent(before, n -> new ArrayList<>()).add(message);
        }

        void start(FlowSink sink, String name) {
            out = Optional.of(sink);
            target = name;
            if (env.upstream().isPresent()) {
                current = Optional.of("-");
            }
        }

        @Override
        public void named(String name) {
            count();
            tellSkipped();
            named++;
            super.named(name);
        }

        private void tellSkipped() {
            skipped.getOrDefault(named, List.of()).forEach(this::tell);
        }

        @Override
        public void opened(FlowFile file) {
            current = Optional.of(file.name());
            super.opened(file);
        }

        @Override
        public boolean goesOn(IOException e) throws IOException {
            super.goesOn(e);
            areWhole = false;
            return true;
        }

        private void count() {
            if (current.isEmpty()) {
                return;
            }
            long written = out.orElseThrow().written();
            print(written - before, current.get());
            before = written;
            files++;
            current = Optional.empty();
        }

        void end() {
            count();
            tellSkipped();
            print(before, files + " files");
        }

        private void print(long flows, String from) {
            if (printStatistics) {
                tell("rwappend: appended " + flows + " records from " + from + " to " + target);
            }
        }
    }
}
