package dev.rearview.tools.rwcompare;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Comparison;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Compares the flows of two files.
public final class RwCompare implements FlowTool {
    private static final int SAME = 0;
    private static final int DIFFERENT = 1;
    private static final int UNREADABLE = 2;

    /// The second file has a header and cannot be read to its end.
    private static final int SECOND_CUT_OFF = 255;

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private boolean quiet;
    private List<String> names = List.of();

    public RwCompare(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new Inputs(env, site);
    }

    @Override
    public String name() {
        return "rwcompare";
    }

    @Override
    public String summary() {
        return "Compare the flow records of two files";
    }

    @Override
    public String usage() {
        return "[--quiet] FILE1 FILE2";
    }

    @Override
    public String description() {
        return "Exits with 0 if both hold the same flows in the same order, with 1 if they differ, with"
                + " 2 if one cannot be read, with 255 if only the second one ends within a record.\n\nTimes are compared in milliseconds and without the"
                + " sampling rate, as SiLK's files have them, so that a Parquet file and its copy in"
                + " SiLK's format are the same.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Compare a pipe with a file", "rwcat day.rw | rwcompare - copy.rw"));
    }

    @Override
    public void declare(Options options) {
        options.flag("quiet", "Print neither differences nor errors", () -> quiet = true);
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) {
        if (operands.size() != 2) {
            throw new ToolException("two files are required");
        }
        names = operands;
        return Optional.of(
                new Query(
                        inputs.plan(List.of(operands.get(0))),
                        new Product.Difference(inputs.plan(List.of(operands.get(1))))));
    }

    @Override
    public int run(Query query) throws IOException {
        try (QueryRun run = inputs.open(query)) {
            run.read();
            Comparison result = run.difference(0);
            if (result.failure().isPresent()) {
                return unreadable(result.failure().get(), SECOND_CUT_OFF);
            }
            return switch (result.kind()) {
                case SAME -> SAME;
                case FIRST_ENDS -> differ("EOF " + names.get(0));
                case SECOND_ENDS -> differ("EOF " + names.get(1));
                case DIFFERENT -> differ("record " + result.number());
            };
        } catch (IOException e) {
            return unreadable(e, UNREADABLE);
        }
    }

    private int unreadable(IOException e, int status) {
        if (!quiet) {
            env.tell(e);
        }
        return status;
    }

    private int differ(String where) throws IOException {
        if (!quiet) {
            String line = names.get(0) + " " + names.get(1) + " differ: " + where + "\n";
            env.print(line);
        }
        return DIFFERENT;
    }

    /// The files, of which none may be cut off.
    private static final class Inputs extends FlowInputs {
        Inputs(Env env, SiteOption site) {
            super(env, site);
        }

        @Override
        public boolean goesOn(IOException e) throws IOException {
            throw e;
        }
    }
}
