package dev.rearview.tools.rwfilter;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.CompressionOption;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The files of the destinations; they are opened when the first flows come, so that the header can
/// carry the history of the first input.
final class DestinationFiles implements AutoCloseable {
    private final Env env;
    private final Destinations paths;
    private final CompressionOption compression;
    private final Supplier<List<SilkHeader.Entry>> header;
    private final List<FlowSink> pass = new ArrayList<>();
    private final List<FlowSink> fail = new ArrayList<>();
    private final List<FlowSink> all = new ArrayList<>();
    private long passCount;
    private long failCount;
    private long allCount;
    private boolean open;

    /// @param header entries of the files' headers, asked for when they are opened
    DestinationFiles(
            Env env,
            Destinations paths,
            CompressionOption compression,
            Supplier<List<SilkHeader.Entry>> header) {
        this.env = env;
        this.paths = paths;
        this.compression = compression;
        this.header = header;
        for (String p : paths.all()) {
            OutputFiles.checkNew(env, p);
            OutputFiles.checkNoTerminal(env, p);
        }
    }

    void open() throws IOException {
        if (open) {
            return;
        }
        open = true;
        List<SilkHeader.Entry> entries = header.get();
        open(paths.passPaths(), pass, entries);
        open(paths.failPaths(), fail, entries);
        open(paths.allPaths(), all, entries);
    }

    /// Flows written: passing, failing and all ones, each kind once however many files get it.
    long written() {
        return passCount + failCount + allCount;
    }

    private void open(List<String> names, List<FlowSink> out, List<SilkHeader.Entry> entries)
            throws IOException {
        for (String path : names) {
            out.add(FlowOutput.sink(env, path, compression, entries));
        }
    }

    /// The last row to read of a batch where the limits are reached in it, or -1.
    int stopAfter(Selection passRows, Selection failRows) {
        boolean passLimited = paths.maxPass() > 0 && !paths.passPaths().isEmpty();
        boolean failLimited = paths.maxFail() > 0 && !paths.failPaths().isEmpty();
        if (!paths.allPaths().isEmpty() || (!passLimited && !failLimited)) {
            return -1;
        }
        boolean passWanted = !paths.passPaths().isEmpty();
        boolean failWanted = !paths.failPaths().isEmpty();
        if ((passWanted && !passLimited) || (failWanted && !failLimited)) {
            return -1;
        }
        int last = -1;
        if (passLimited) {
            int row = nth(passRows, paths.maxPass() - passCount);
            if (row < 0 && passCount < paths.maxPass()) {
                return -1;
            }
            last = Math.max(last, row);
        }
        if (failLimited) {
            int row = nth(failRows, paths.maxFail() - failCount);
            if (row < 0 && failCount < paths.maxFail()) {
                return -1;
            }
            last = Math.max(last, row);
        }
        return last;
    }

    /// The row of the n-th selected one, -1 if there are fewer or n is 0.
    private static int nth(Selection rows, long n) {
        int row = -1;
        for (long i = 0; i < n; i++) {
            row = rows.next(row + 1);
            if (row < 0) {
                return -1;
            }
        }
        return row;
    }

    /// Whether any row is to be written.
    boolean wants(Selection allRows, Selection passRows, Selection failRows) {
        return !all.isEmpty() && !allRows.isEmpty()
                || !pass.isEmpty() && !passRows.isEmpty()
                || !fail.isEmpty() && !failRows.isEmpty();
    }

    void write(FlowBatch batch, Selection allRows, Selection passRows, Selection failRows)
            throws IOException {
        passCount = limited(pass, batch, passRows, passCount, paths.maxPass());
        failCount = limited(fail, batch, failRows, failCount, paths.maxFail());
        for (FlowSink writer : all) {
            writer.write(batch, allRows);
        }
        allCount += all.isEmpty() ? 0 : allRows.count();
    }

    private static long limited(
            List<FlowSink> writers, FlowBatch batch, Selection rows, long count, long most)
            throws IOException {
        if (writers.isEmpty()) {
            return count;
        }
        Selection kept = rows;
        int n = rows.count();
        if (most > 0 && count + n > most) {
            kept = Selection.none(rows.rows());
            int row = rows.next(0);
            for (long i = count; i < most; i++) {
                kept.add(row);
                row = rows.next(row + 1);
            }
            n = (int) (most - count);
        }
        for (FlowSink writer : writers) {
            writer.write(batch, kept);
        }
        return count + n;
    }

    @Override
    public void close() throws IOException {
        for (List<FlowSink> writers : List.of(pass, fail, all)) {
            for (FlowSink writer : writers) {
                writer.close();
            }
        }
    }
}
