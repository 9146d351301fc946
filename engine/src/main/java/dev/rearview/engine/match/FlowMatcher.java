package dev.rearview.engine.match;

import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowCursor;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Protocols;
import dev.rearview.model.words.WordRows;
import java.io.IOException;
import java.util.List;

/// Finds the flows of a query stream and a response stream that belong to one event, and marks them
/// in their next hop: the number of the event in the low 24 bits, 255 in the high 8 bits of a
/// response. Both streams are sorted by their key fields and then by start time; they are read once
/// and in step, so that memory does not grow with them.
public final class FlowMatcher {
    /// The number of an event has 24 bits.
    private static final int MAX_EVENT = 0xFF_FFFF;

    private static final int RESPONSE = 0xFF00_0000;
    private static final int FIRST_HIGH_PORT = 1024;

    /// Until when flows join an event.
    public enum Window {
        /// The end of the flow that began it.
        ABSOLUTE,
        /// The last end of all its flows so far.
        RELATIVE,
        /// No limit.
        INFINITE
    }

    /// @param deltaMs by how much the time window is longer, 0 or more
    /// @param symmetric whether a response may come before its query
    /// @param unmatchedQueries whether queries without a response come out, with event 0
    /// @param unmatchedResponses whether responses without a query come out, with event 0
    public record Options(
            long deltaMs,
            boolean symmetric,
            Window window,
            boolean unmatchedQueries,
            boolean unmatchedResponses) {}

    /// Takes flows; the record is reused.
    @FunctionalInterface
    public interface Sink {
        void accept(FlowRecord record) throws IOException;
    }

    private final Side query;
    private final Side response;
    private final Options options;
    private final Sink out;
    private final Base base;
    private int event;

    /// @param queryKeys as many words as `responseKeys`, with which they are compared one by one
    public FlowMatcher(
            FlowSource queries,
            List<? extends Evaluator> queryKeys,
            FlowSource responses,
            List<? extends Evaluator> responseKeys,
            Options options,
            Sink out) {
        this.query = new Side(queries, queryKeys, 0);
        this.response = new Side(responses, responseKeys, RESPONSE);
        this.options = options;
        this.out = out;
        this.base = new Base(query.key.length);
    }

    /// Reads both streams to their ends.
    public void run() throws IOException {
        query.next();
        response.next();
        while (query.present && response.present) {
            int order = WordRows.compare(query.key, 0, response.key, 0, query.key.length);
            if (order != 0) {
                leave(order < 0 ? query : response);
            } else if (related()) {
                event();
            } else {
                leave(query.startMs <= response.startMs ? query : response);
            }
        }
        while (query.present) {
            leave(query);
        }
        while (response.present) {
            leave(response);
        }
    }

    /// Whether the two flows, whose keys agree, are a stimulus and its answer.
    private boolean related() {
        if (query.startMs <= response.startMs
                && response.startMs <= query.endMs + options.deltaMs) {
            return true;
        }
        return options.symmetric
                && response.startMs <= query.startMs
                && query.startMs <= response.endMs + options.deltaMs;
    }

    /// The one that comes first. Of two that start together that is the one that is sent to a
    /// service, which its port tells.
    private Side first() {
        if (query.startMs != response.startMs) {
            return query.startMs < response.startMs ? query : response;
        }
        boolean havePorts =
                query.record.protocol == Protocols.TCP || query.record.protocol == Protocols.UDP;
        boolean toQuery =
                query.record.dport >= FIRST_HIGH_PORT && response.record.dport < FIRST_HIGH_PORT;
        return havePorts && toQuery ? response : query;
    }

    /// Writes all flows of the event that the two present ones begin, in order of their starts. Of
    /// two that start together that of the base's side comes first.
    private void event() throws IOException {
        event = event == MAX_EVENT ? 1 : event + 1;
        Side first = first();
        Side second = first == query ? response : query;
        base.set(first);
        while (true) {
            boolean isFirstTaken = base.takes(first);
            boolean isSecondTaken = base.takes(second);
            if (!isFirstTaken && !isSecondTaken) {
                return;
            }
            boolean isSecondNext =
                    isSecondTaken && (!isFirstTaken || second.startMs < first.startMs);
            Side next = isSecondNext ? second : first;
            base.extend(next);
            write(next, event);
            next.next();
        }
    }

    private void leave(Side side) throws IOException {
        if (side == query ? options.unmatchedQueries : options.unmatchedResponses) {
            write(side, 0);
        }
        side.next();
    }

    private void write(Side side, int number) throws IOException {
        side.record.setNhipV4(side.mark | number);
        out.accept(side.record);
    }

    /// The flow that began an event, and when the event ends.
    private final class Base {
        private final long[] key;
        private long lastMs;

        Base(int words) {
            this.key = new long[words];
        }

        void set(Side side) {
            System.arraycopy(side.key, 0, key, 0, key.length);
            lastMs = side.endMs + options.deltaMs;
        }

        void extend(Side side) {
            if (options.window == Window.RELATIVE) {
                lastMs = Math.max(lastMs, side.endMs + options.deltaMs);
            }
        }

        boolean takes(Side side) {
            if (!side.present || WordRows.compare(key, 0, side.key, 0, key.length) != 0) {
                return false;
            }
            return options.window == Window.INFINITE || side.startMs <= lastMs;
        }
    }

    /// One of the streams, at one of its flows.
    private static final class Side {
        private final FlowCursor cursor;
        private final List<? extends Evaluator> fields;
        private final int mark;
        private final FlowRecord record = new FlowRecord();
        private final long[] key;
        private long[][] columns;
        private boolean present;
        private long startMs;
        private long endMs;

        Side(FlowSource source, List<? extends Evaluator> fields, int mark) {
            this.cursor = new FlowCursor(source);
            this.fields = fields;
            this.mark = mark;
            this.key = new long[Evaluator.words(fields)];
            this.columns = new long[key.length][0];
        }

        void next() throws IOException {
            present = cursor.next(record);
            if (!present) {
                return;
            }
            if (cursor.row() == 0) {
                evaluate(cursor.batch());
            }
            for (int i = 0; i < key.length; i++) {
                key[i] = columns[i][cursor.row()];
            }
            startMs = record.stimeMs();
            endMs = startMs + record.durationMs();
        }

        private void evaluate(FlowBatch batch) {
            if (columns[0].length < batch.size()) {
                columns = new long[key.length][batch.size()];
            }
            Evaluator.evaluate(fields, batch, columns);
        }
    }
}
