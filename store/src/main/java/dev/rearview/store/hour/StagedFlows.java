package dev.rearview.store.hour;

import static dev.rearview.model.FieldNumbers.APPLICATION;
import static dev.rearview.model.FieldNumbers.ATTRIBUTES;
import static dev.rearview.model.FieldNumbers.BYTES;
import static dev.rearview.model.FieldNumbers.DIP;
import static dev.rearview.model.FieldNumbers.DPORT;
import static dev.rearview.model.FieldNumbers.DURATION;
import static dev.rearview.model.FieldNumbers.FLAGS;
import static dev.rearview.model.FieldNumbers.FLOWTYPE;
import static dev.rearview.model.FieldNumbers.INITIAL_FLAGS;
import static dev.rearview.model.FieldNumbers.INPUT;
import static dev.rearview.model.FieldNumbers.MEMO;
import static dev.rearview.model.FieldNumbers.NHIP;
import static dev.rearview.model.FieldNumbers.NUMBERS;
import static dev.rearview.model.FieldNumbers.OUTPUT;
import static dev.rearview.model.FieldNumbers.PACKETS;
import static dev.rearview.model.FieldNumbers.PROTOCOL;
import static dev.rearview.model.FieldNumbers.SAMPLING;
import static dev.rearview.model.FieldNumbers.SENSOR;
import static dev.rearview.model.FieldNumbers.SESSION_FLAGS;
import static dev.rearview.model.FieldNumbers.SIP;
import static dev.rearview.model.FieldNumbers.SPORT;
import static dev.rearview.model.FieldNumbers.STIME;
import static dev.rearview.model.FieldNumbers.UPPER_DIP;
import static dev.rearview.model.FieldNumbers.UPPER_NHIP;
import static dev.rearview.model.FieldNumbers.UPPER_SIP;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import java.util.Arrays;

/// The last flows that came, number by number, until they are enough for a pass over each column of
/// their hours. What is the same in all of them takes no pass.
final class StagedFlows {
    /// Between two columns, so that places of the same row do not all compete for the same few
    /// lines of a cache.
    private static final int APART = 8;

    private final int capacity;
    private final int stride;
    private final long[] values;
    private final boolean[] varies = new boolean[NUMBERS];
    private final long[] same = new long[NUMBERS];
    private final long[] some;
    private int count;

    /// Whether all numbers vary.
    private boolean areAll;

    /// @param capacity the most flows
    StagedFlows(int capacity) {
        this.capacity = capacity;
        this.stride = capacity + APART;
        this.values = new long[NUMBERS * stride];
        this.some = new long[capacity];
    }

    /// How many more flows it takes.
    int room() {
        return capacity - count;
    }

    void clear() {
        count = 0;
        areAll = false;
        Arrays.fill(varies, false);
    }

    /// Takes a flow.
    ///
    /// @return its row
    int add(FlowRecord r) {
        if (!areAll) {
            for (int number = 0; number < NUMBERS; number++) {
                vary(number);
            }
            areAll = true;
        }
        long[] to = values;
        int each = stride;
        int row = count++;
        to[SIP * each + row] = r.sipLo;
        to[UPPER_SIP * each + row] = r.sipHi;
        to[DIP * each + row] = r.dipLo;
        to[UPPER_DIP * each + row] = r.dipHi;
        to[NHIP * each + row] = r.nhipLo;
        to[UPPER_NHIP * each + row] = r.nhipHi;
        to[STIME * each + row] = r.stime;
        to[DURATION * each + row] = r.duration;
        to[PACKETS * each + row] = r.packets;
        to[BYTES * each + row] = r.bytes;
        to[SPORT * each + row] = r.sport;
        to[DPORT * each + row] = r.dport;
        to[PROTOCOL * each + row] = r.protocol;
        to[FLAGS * each + row] = r.flags;
        to[INITIAL_FLAGS * each + row] = r.initialFlags;
        to[SESSION_FLAGS * each + row] = r.sessionFlags;
        to[ATTRIBUTES * each + row] = r.attributes;
        to[APPLICATION * each + row] = r.application;
        to[MEMO * each + row] = r.memo;
        to[FLOWTYPE * each + row] = r.flowtype;
        to[SENSOR * each + row] = r.sensor;
        to[INPUT * each + row] = r.input;
        to[OUTPUT * each + row] = r.output;
        to[SAMPLING * each + row] = r.sampling;
        return row;
    }

    /// Takes flows of a message, for which there is [#room].
    ///
    /// @return the row of the first
    int add(MessageFlows flows) {
        int first = count;
        int n = flows.count();
        for (int number = 0; number < NUMBERS; number++) {
            if (flows.varies(number)) {
                vary(number);
                System.arraycopy(flows.column(number), 0, values, number * stride + first, n);
                continue;
            }
            long value = flows.same(number);
            if (first == 0) {
                same[number] = value;
            } else if (varies[number] || same[number] != value) {
                vary(number);
                int at = number * stride + first;
                Arrays.fill(values, at, at + n, value);
            }
        }
        count += n;
        return first;
    }

    /// Has rows differ in a number from now on.
    private void vary(int number) {
        if (!varies[number]) {
            int at = number * stride;
            Arrays.fill(values, at, at + count, same[number]);
            varies[number] = true;
        }
    }

    long get(int number, int row) {
        return varies[number] ? values[number * stride + row] : same[number];
    }

    /// Appends a number of some rows to a column.
    ///
    /// @param rows ascending
    /// @param size how many the column has already
    void append(int number, int[] rows, int n, NarrowColumn to, int size) {
        if (!varies[number]) {
            to.appendSame(size, same[number], n);
            return;
        }
        int at = number * stride;
        if (n == count) {
            to.append(size, values, at, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            some[i] = values[at + rows[i]];
        }
        to.append(size, some, 0, n);
    }
}
