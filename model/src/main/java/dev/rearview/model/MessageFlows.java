package dev.rearview.model;

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

import java.util.Arrays;

/// The flows of a message, number by number ([FieldNumbers]): what is the same in all of them, as
/// most fields are that an exporter does not tell, is told once. Used again for the next message.
///
/// A new one has no flows.
public final class MessageFlows {
    /// The most flows.
    public static final int CAPACITY = 64;

    private final long[][] columns = new long[NUMBERS][];
    private final boolean[] varies = new boolean[NUMBERS];
    private final long[] same = new long[NUMBERS];
    private int count;

    public MessageFlows() {
        clear();
    }

    /// Forgets the flows, and gives all fields what [FlowRecord#clear] does.
    public void clear() {
        count = 0;
        Arrays.fill(varies, false);
        Arrays.fill(same, 0);
        same[SIP] = Ip.MAPPED;
        same[DIP] = Ip.MAPPED;
        same[NHIP] = Ip.MAPPED;
        same[SENSOR] = FlowRecord.NO_SENSOR;
        same[FLOWTYPE] = FlowRecord.NO_FLOWTYPE;
    }

    public int count() {
        return count;
    }

    /// @param count at most [#CAPACITY]
    public void setCount(int count) {
        if (count > CAPACITY) {
            throw new IllegalArgumentException(count + " flows");
        }
        this.count = count;
    }

    /// Where a number of each flow is to be put.
    ///
    /// @return [#CAPACITY] of them
    public long[] vary(int number) {
        varies[number] = true;
        long[] column = columns[number];
        if (column == null) {
            column = new long[CAPACITY];
            columns[number] = column;
        }
        return column;
    }

    /// Forgets the first flows.
    public void drop(int first) {
        count -= first;
        for (int number = 0; number < NUMBERS; number++) {
            if (varies[number]) {
                System.arraycopy(columns[number], first, columns[number], 0, count);
            }
        }
    }

    /// Gives all flows the same number.
    public void setSame(int number, long value) {
        varies[number] = false;
        same[number] = value;
    }

    /// Has a number told once where all flows turned out to have the same.
    public void settle(int number) {
        if (!varies[number]) {
            return;
        }
        long[] column = columns[number];
        long differ = 0;
        for (int i = 1; i < count; i++) {
            differ |= column[i] ^ column[0];
        }
        if (differ == 0) {
            setSame(number, column[0]);
        }
    }

    /// Whether flows may have different ones.
    public boolean varies(int number) {
        return varies[number];
    }

    /// What all flows have that do not [vary][#varies].
    public long same(int number) {
        return same[number];
    }

    /// What each flow has, where they [vary][#varies].
    public long[] column(int number) {
        return columns[number];
    }

    /// As [#column], of a number that all flows have as well.
    public long[] values(int number) {
        boolean own = varies[number];
        long[] column = vary(number);
        if (!own) {
            Arrays.fill(column, 0, count, same[number]);
            varies[number] = false;
        }
        return column;
    }

    private long get(int number, int row) {
        return varies[number] ? columns[number][row] : same[number];
    }

    /// Whether all addresses are of IPv4.
    public boolean isMapped() {
        return !varies[UPPER_SIP] && !varies[UPPER_DIP] && (same[UPPER_SIP] | same[UPPER_DIP]) == 0;
    }

    /// Copies a flow.
    public void get(int row, FlowRecord to) {
        to.sipHi = get(UPPER_SIP, row);
        to.sipLo = get(SIP, row);
        to.dipHi = get(UPPER_DIP, row);
        to.dipLo = get(DIP, row);
        to.nhipHi = get(UPPER_NHIP, row);
        to.nhipLo = get(NHIP, row);
        to.sport = (int) get(SPORT, row);
        to.dport = (int) get(DPORT, row);
        to.protocol = (int) get(PROTOCOL, row);
        to.flags = (int) get(FLAGS, row);
        to.initialFlags = (int) get(INITIAL_FLAGS, row);
        to.sessionFlags = (int) get(SESSION_FLAGS, row);
        to.attributes = (int) get(ATTRIBUTES, row);
        to.application = (int) get(APPLICATION, row);
        to.memo = (int) get(MEMO, row);
        to.packets = get(PACKETS, row);
        to.bytes = get(BYTES, row);
        to.sampling = get(SAMPLING, row);
        to.stime = get(STIME, row);
        to.duration = get(DURATION, row);
        to.input = get(INPUT, row);
        to.output = get(OUTPUT, row);
        to.sensor = (int) get(SENSOR, row);
        to.flowtype = (int) get(FLOWTYPE, row);
    }
}
