package dev.rearview.engine.run;

import dev.rearview.engine.run.Comparison.Kind;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowCursor;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Compares flows with those of another plan, one by one. Times count in milliseconds and the
/// sampling rate does not, as SiLK's files have them.
final class Comparing implements Maker {
    /// Opens the other flows.
    interface Other {
        FlowSource open() throws IOException;
    }

    private final Other other;
    private final FlowRecord record = new FlowRecord();
    private final long[] first = new long[RecordWords.COUNT];
    private final long[] second = new long[RecordWords.COUNT];
    private @Nullable FlowSource source;
    private @Nullable FlowCursor cursor;
    private long number;
    private Comparison result = new Comparison(Kind.SAME, 0, Optional.empty());
    private boolean isDecided;

    Comparing(Other other) {
        this.other = other;
    }

    Comparison result() {
        return result;
    }

    @Override
    public RowConsumer consumer() {
        return this::compare;
    }

    private boolean compare(FlowBatch batch, Selection rows) throws IOException {
        for (int i = rows.next(0); i >= 0 && !isDecided; i = rows.next(i + 1)) {
            batch.get(i, record);
            pack(first);
            number++;
            if (!next()) {
                decide(Kind.SECOND_ENDS);
            } else if (!Arrays.equals(first, second)) {
                decide(Kind.DIFFERENT);
            }
        }
        return !isDecided;
    }

    private void pack(long[] words) {
        record.stime = record.stimeMs() * 1000;
        record.duration = record.durationMs() * 1000;
        record.sampling = 0;
        RecordWords.pack(record, words, 0);
    }

    private void decide(Kind kind) {
        if (!isDecided) {
            isDecided = true;
            result = new Comparison(kind, number, result.failure());
        }
    }

    /// Moves to the next of the other flows; false at their end.
    ///
    /// @throws IOException if they cannot be opened; what fails later is part of the result
    private boolean next() throws IOException {
        FlowCursor at = cursor;
        if (at == null) {
            FlowSource opened = other.open();
            source = opened;
            at = new FlowCursor(opened);
            cursor = at;
        }
        try {
            if (at.next(record)) {
                pack(second);
                return true;
            }
        } catch (IOException e) {
            isDecided = true;
            result = new Comparison(Kind.SECOND_ENDS, number, Optional.of(e));
        }
        return false;
    }

    @Override
    public void end() throws IOException {
        if (!isDecided) {
            number++;
            if (next()) {
                decide(Kind.FIRST_ENDS);
            }
        }
    }

    @Override
    public boolean needsOrder() {
        return true;
    }

    @Override
    public void close() throws IOException {
        if (source != null) {
            source.close();
        }
    }
}
