package dev.rearview.tools.rwswapbytes;

import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.Rewriting;
import dev.rearview.kit.headers.NoteOptions;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Changes the byte order of a file of flows.
public final class RwSwapBytes implements FlowTool {
    private final Rewriting files;
    private final NoteOptions notes;
    private Optional<Order> order = Optional.empty();

    /// The byte order of the output.
    private enum Order {
        BIG(big -> true),
        LITTLE(big -> false),
        NATIVE(big -> ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN),
        OTHER(big -> !big);

        private final UnaryOperator<Boolean> isBigEndian;

        Order(UnaryOperator<Boolean> isBigEndian) {
            this.isBigEndian = isBigEndian;
        }
    }

    public RwSwapBytes(Env env) {
        this.files = new Rewriting(env, new SiteOption(env));
        this.notes = new NoteOptions(env);
    }

    @Override
    public String name() {
        return "rwswapbytes";
    }

    @Override
    public String summary() {
        return "Change the byte order of a file of SiLK flow records";
    }

    @Override
    public String usage() {
        return "{--big-endian | --little-endian | --native-endian | --swap-endian} [SWITCHES]"
                + " [INPUT [OUTPUT]]";
    }

    @Override
    public String description() {
        return "Format, version, compression and the entries of the header stay as they are. Values"
                + " that readers leave out of a format are left out: the application of"
                + " RWIPV6ROUTING version 2 and FLOWCAP version 6.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A file in network byte order",
                        "rwswapbytes --big-endian flows.rw network-order.rw"));
    }

    @Override
    public void declare(Options options) {
        declare(options, "big-endian", "Write in network byte order", Order.BIG);
        declare(options, "little-endian", "Write the least significant octet first", Order.LITTLE);
        declare(options, "native-endian", "Write in this machine's byte order", Order.NATIVE);
        declare(options, "swap-endian", "Write in the order that the input has not", Order.OTHER);
        notes.declare(options);
    }

    private void declare(Options options, String name, String help, Order of) {
        options.flag(
                name,
                help,
                () -> {
                    if (order.isPresent() && order.get() != of) {
                        throw new ToolException("only one byte order may be given");
                    }
                    order = Optional.of(of);
                });
    }

    @Override
    public FlowInputs inputs() {
        return files.inputs();
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (order.isEmpty()) {
            throw new ToolException(
                    "one of --big-endian, --little-endian, --native-endian and --swap-endian is"
                            + " required");
        }
        return Optional.of(files.query(operands, flows -> flows));
    }

    @Override
    public int run(Query query) throws IOException {
        return files.run(query, order.orElseThrow().isBigEndian, notes.entries());
    }

    @Override
    public boolean handsOver(Query query) {
        return files.isStdout(query);
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query)
                ? Optional.of(
                        files.handover(query, order.orElseThrow().isBigEndian, notes.entries()))
                : Optional.empty();
    }
}
