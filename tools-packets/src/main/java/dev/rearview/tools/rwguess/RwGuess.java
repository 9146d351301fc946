package dev.rearview.tools.rwguess;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.Numbers;
import dev.rearview.tools.exports.Inputs;
import dev.rearview.tools.exports.PduInput;
import dev.rearview.wire.netflow5.NetFlow5;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Counts flows by interface, for whoever configures a probe.
public final class RwGuess implements Tool {
    private static final int INTERFACES = 1 << 16;
    private static final int INDEX_WIDTH = 5;
    private static final int COUNT_WIDTH = 12;

    private final Env env;
    private final long[] in = new long[INTERFACES];
    private final long[] out = new long[INTERFACES];
    private int top = 10;
    private boolean printAll;

    public RwGuess(Env env) {
        this.env = env;
    }

    @Override
    public String name() {
        return "rwguess";
    }

    @Override
    public String summary() {
        return "Tell which interfaces of a router have traffic, by its NetFlow v5 datagrams";
    }

    @Override
    public String usage() {
        return "[--top=N | --print-all] PDU_FILES";
    }

    @Override
    public String description() {
        return """
        Reads files as rwpdu2silk does. The same counts come from rwpdu2silk and rwuniq or rwstats
        with --fields=in and --fields=out, which read flows of any origin.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("The busiest interfaces of a router", "rwguess --top=3 router.v5"),
                new Example("All of them", "rwguess --print-all router.v5"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "top",
                        "N",
                        "Print the N input and the N output interfaces with most flows; default 10",
                        value -> top = (int) SwitchValues.positive(value, Integer.MAX_VALUE))
                .once();
        options.flag(
                "print-all",
                "Print all interfaces that have flows, by their number",
                () -> printAll = true);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.isEmpty()) {
            throw new ToolException("no input files");
        }
        int status = 0;
        for (String name : operands) {
            status = read(name) ? status : 1;
        }
        StringBuilder text = new StringBuilder();
        if (printAll) {
            all(text);
        } else {
            top("Input", in, text);
            top("Output", out, text);
        }
        env.print(text.toString());
        return status;
    }

    /// Counts the flows of a file.
    ///
    /// @return whether it is undamaged
    private boolean read(String name) throws IOException {
        if (InputFiles.isStdin(name)) {
            throw new IOException(name + ": standard input is not read");
        }
        PduInput input = new PduInput(name);
        return Inputs.read(
                env,
                name,
                file ->
                        input.read(
                                file,
                                NetFlow5.Log.NONE,
                                (record, counters) -> {
                                    in[(int) record.input]++;
                                    out[(int) record.output]++;
                                }));
    }

    private void all(StringBuilder text) {
        text.append("Index|  Input_Recs| Output_Recs|\n");
        for (int i = 0; i < INTERFACES; i++) {
            if ((in[i] | out[i]) != 0) {
                text.append(Numbers.right(i, INDEX_WIDTH)).append('|');
                text.append(Numbers.right(in[i], COUNT_WIDTH)).append('|');
                text.append(Numbers.right(out[i], COUNT_WIDTH)).append("|\n");
            }
        }
    }

    private void top(String direction, long[] counts, StringBuilder text) {
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < INTERFACES; i++) {
            if (counts[i] != 0) {
                used.add(i);
            }
        }
        used.sort(Comparator.comparingLong((Integer i) -> counts[i]).reversed());
        text.append("Top ").append(top).append(" (of ").append(used.size());
        text.append(") SNMP ").append(direction).append(" Interfaces\nIndex|");
        text.append(Numbers.right(direction + "_Recs", COUNT_WIDTH)).append("|\n");
        for (int i : used.subList(0, Math.min(top, used.size()))) {
            text.append(Numbers.right(i, INDEX_WIDTH)).append('|');
            text.append(Numbers.right(counts[i], COUNT_WIDTH)).append("|\n");
        }
        text.append('\n');
    }
}
