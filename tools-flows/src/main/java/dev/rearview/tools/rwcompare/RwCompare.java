package dev.rearview.tools.rwcompare;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowCursor;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Compares the flows of two files.
public final class RwCompare implements Tool {
    private static final int SAME = 0;
    private static final int DIFFERENT = 1;
    private static final int UNREADABLE = 2;

    /// The second file has a header and cannot be read to its end.
    private static final int SECOND_CUT_OFF = 255;

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private boolean quiet;

    public RwCompare(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
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
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 2) {
            throw new ToolException("two files are required");
        }
        try (Side a = new Side(operands.get(0));
                Side b = new Side(operands.get(1))) {
            for (long number = 1; ; number++) {
                boolean moreA = a.next();
                boolean moreB;
                try {
                    moreB = b.next();
                } catch (IOException e) {
                    return unreadable(e, SECOND_CUT_OFF);
                }
                if (!moreA && !moreB) {
                    return SAME;
                }
                if (!moreA || !moreB) {
                    return differ(operands, "EOF " + operands.get(moreA ? 1 : 0));
                }
                if (!Arrays.equals(a.words, b.words)) {
                    return differ(operands, "record " + number);
                }
            }
        } catch (IOException e) {
            return unreadable(e, UNREADABLE);
        }
    }

    private int unreadable(IOException e, int status) {
        if (!quiet) {
            env.err().println("rwcompare: " + Runner.describe(e));
        }
        return status;
    }

    private int differ(List<String> names, String where) throws IOException {
        if (!quiet) {
            String line = names.get(0) + " " + names.get(1) + " differ: " + where + "\n";
            env.out().write(line.getBytes(StandardCharsets.UTF_8));
        }
        return DIFFERENT;
    }

    /// One of the files, at one of its flows.
    private final class Side implements Closeable {
        private final FlowFile file;
        private final FlowCursor flows;
        private final FlowRecord record = new FlowRecord();
        private final long[] words = new long[RecordWords.COUNT];

        Side(String name) throws IOException {
            this.file = inputs.source(name, Ipv6Policy.MIX);
            this.flows = new FlowCursor(file.source());
        }

        /// Moves to the next flow; false at the end.
        boolean next() throws IOException {
            if (!flows.next(record)) {
                return false;
            }
            record.stime = record.stimeMs() * 1000;
            record.duration = record.durationMs() * 1000;
            record.sampling = 0;
            RecordWords.pack(record, words, 0);
            return true;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
