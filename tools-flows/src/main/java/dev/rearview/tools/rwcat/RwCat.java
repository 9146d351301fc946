package dev.rearview.tools.rwcat;

import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowSink;
import dev.rearview.text.Names;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Concatenates flow files.
public final class RwCat implements FlowTool {
    private static final List<String> ORDERS = List.of("big", "little", "native");

    private final Inputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private boolean ipv4;
    private ByteOrder order = ByteOrder.nativeOrder();

    /// What kept the list of names from being read.
    private Optional<IOException> unreadable = Optional.empty();

    public RwCat(Env env) {
        this.site = new SiteOption(env);
        this.inputs = new Inputs(env, site);
        this.output = new FlowOutput(env, History.NONE);
    }

    @Override
    public String name() {
        return "rwcat";
    }

    @Override
    public String summary() {
        return "Concatenate SiLK flow files into one stream";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Join two files into one of their own byte order",
                        "rwcat --byte-order=little --output-path=day.rw morning.rw evening.rw"));
    }

    @Override
    public void declare(Options options) {
        output.declare(options);
        inputs.declare(options);
        options.value(
                        "byte-order",
                        "ORDER",
                        "Byte order of the output: native, little or big",
                        value -> {
                            String name = Names.unique(value, ORDERS, "byte order");
                            order =
                                    switch (name) {
                                        case "big" -> ByteOrder.BIG_ENDIAN;
                                        case "little" -> ByteOrder.LITTLE_ENDIAN;
                                        default -> ByteOrder.nativeOrder();
                                    };
                        })
                .words(() -> ORDERS);
        options.flag(
                "ipv4-output", "Write IPv4 flows only, in a smaller format", () -> ipv4 = true);
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
        return Optional.of(output.query(inputs.plan(names)));
    }

    @Override
    public int run(Query query) throws IOException {
        // The header goes out before the first input is opened, so that a pipe starts at once: what
        // reads it sees a file without flows, whatever goes wrong.
        try (FlowSink writer = output.open(List.of(), ipv4, order)) {
            if (unreadable.isPresent()) {
                throw unreadable.get();
            }
            try (QueryRun run = inputs.open(query, FlowOutput.outlet(() -> writer))) {
                if (!run.read()) {
                    return 1;
                }
            }
            inputs.count();
        }
        return 0;
    }

    @Override
    public boolean handsOver(Query query) {
        return output.isStdout() && !ipv4 && unreadable.isEmpty() && !inputs.printsNames();
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query)
                ? Optional.of(output.handoverBehindHeader(inputs, query, order))
                : Optional.empty();
    }

    /// Tells of each input how many flows it had; one that cannot be read ends the command.
    private static final class Inputs extends FlowInputs {
        private final AtomicLong flows = new AtomicLong();
        private boolean any;

        Inputs(Env env, SiteOption site) {
            super(env, site);
        }

        @Override
        public void named(String name) {
            count();
            super.named(name);
            any = true;
        }

        /// Tells how many flows the input before had.
        void count() {
            if (any && printsNames()) {
                tell("Read " + flows + " Wrote " + flows);
            }
            flows.set(0);
        }

        @Override
        public RowConsumer watched(RowConsumer consumer) {
            RowConsumer next = super.watched(consumer);
            return (batch, rows) -> {
                flows.addAndGet(rows.count());
                return next.accept(batch, rows);
            };
        }

        @Override
        public boolean goesOn(IOException e) {
            tell(e);
            return false;
        }
    }
}
