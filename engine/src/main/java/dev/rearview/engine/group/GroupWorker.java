package dev.rearview.engine.group;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The share of a grouping that one thread does.
final class GroupWorker implements Closeable {
    /// The spools of narrow or of wide keys: one of groups, and one for each distinct count or
    /// peak.
    static final class Side implements Closeable {
        final Spool groups;
        final Spool[] members;

        /// What fills the members that are of peaks.
        final Peaks[] peaks;

        Side(int keyWords, GroupBy plan, Room room) {
            groups = new Spool(keyWords, keyWords, plan.kinds(), room);
            members = new Spool[plan.members().size()];
            Arrays.setAll(
                    members,
                    i -> {
                        GroupBy.Members m = plan.members().get(i);
                        return new Spool(keyWords, keyWords + m.keyWords(), m.values(), room);
                    });
            peaks = new Peaks[members.length];
            Arrays.setAll(
                    peaks, i -> new Peaks(keyWords, plan.members().get(i).binMs(), members[i]));
        }

        long bytes() {
            long sum = groups.bytes();
            for (Spool s : members) {
                sum += s.bytes();
            }
            return sum;
        }

        void spill() throws IOException {
            groups.spill();
            for (Spool s : members) {
                s.spill();
            }
        }

        /// Moves everything to partitions, so that all spools are alike.
        void flush() {
            groups.flush();
            for (Spool s : members) {
                s.flush();
            }
        }

        boolean isPartitioned() {
            boolean any = groups.isPartitioned();
            for (Spool s : members) {
                any |= s.isPartitioned();
            }
            return any;
        }

        @Override
        public void close() throws IOException {
            groups.close();
            for (Spool s : members) {
                s.close();
            }
        }
    }

    /// More groups than this from one batch are not worth a look for those of the batch before.
    private static final int MANY_CODES = 4096;

    private final GroupBy plan;
    private final KeyLayout layout;
    private final Aggregate.Kind[] kinds;
    private final Room room;

    /// Half of the memory is for the tables in which partitions are put together, and the other
    /// half for all threads.
    private final int shares;

    final Side narrow;
    final Side wide;
    private final RowColumns columns = new RowColumns();
    private final long[][] keyHi;
    private final long[][] keyLo;
    private final long[][] packed;
    private final long[][] values;
    private final long[][] valueHi;
    private final long[][] sums;
    private long[] starts = {};
    private long[] durations = {};
    private int[] count = {};
    private @Nullable SmallKeys small;
    private final long[] row;
    private final long[] member;

    /// @param room of all threads
    GroupWorker(GroupBy plan, Room room) {
        this.plan = plan;
        this.layout = plan.layout();
        this.kinds = plan.kinds();
        this.room = room;
        this.shares = 2 * room.context().parallel().threads();
        this.narrow = new Side(layout.narrowWords(), plan, room);
        this.wide = new Side(layout.wideWords(), plan, room);
        int n = layout.fields().size();
        this.keyHi = new long[n][];
        this.keyLo = new long[n][];
        this.packed = new long[layout.narrowWords()][];
        this.sums = new long[kinds.length][];
        this.values = new long[kinds.length][];
        this.valueHi = new long[kinds.length][];
        this.row = new long[layout.wideWords() + kinds.length];
        this.member = new long[layout.wideWords() + 2];
    }

    void add(FlowBatch batch, Selection selected) throws IOException {
        if (selected.isEmpty() || addAll(batch, selected)) {
            return;
        }
        int n = columns.select(batch, selected);
        if (!addByCode(batch, n)) {
            addByRow(batch, n);
        }
        if (!room.holds((narrow.bytes() + wide.bytes()) * shares)) {
            narrow.spill();
            wide.spill();
        }
    }

    // No key -----------------------------------------------------------------------------------

    /// Counts and sums of all flows together.
    private boolean addAll(FlowBatch batch, Selection selected) {
        if (layout.fields().size() > 0) {
            return false;
        }
        for (int a = 0; a < kinds.length; a++) {
            Optional<Field> field = plan.values().get(a).stored();
            if (kinds[a] == Aggregate.Kind.COUNT) {
                row[a] = selected.count();
            } else if (kinds[a] == Aggregate.Kind.SUM
                    && field.isPresent()
                    && (field.get() == Field.PACKETS || field.get() == Field.BYTES)) {
                row[a] = batch.sum(field.get(), selected);
            } else {
                return false;
            }
        }
        narrow.groups.add(row, 0);
        return true;
    }

    // One coded key ---------------------------------------------------------------------------

    /// Sums by code where there is one coded key that repeats, or none: an array does what a hash
    /// table would.
    private boolean addByCode(FlowBatch batch, int n) {
        if (plan.members().size() > 0 || layout.fields().size() > 1) {
            return false;
        }
        Codes codes = Codes.CONSTANT;
        int size = 1;
        Column column = null;
        if (layout.fields().size() == 1) {
            Optional<Field> stored = layout.fields().getFirst().stored();
            if (stored.isEmpty()) {
                return false;
            }
            column = batch.column(stored.get());
            SmallKeys byValue = column.isCoded() ? null : smallKeys(column);
            if (byValue != null) {
                addByValue(batch, n, byValue);
                return true;
            }
            if (!column.isCoded() || column.dictionarySize() > n) {
                return false;
            }
            codes = column.codes();
            size = column.dictionarySize();
        }
        int[] index = columns.isAll() ? null : columns.index();
        int[] count = counts(size);
        Kernels.count(codes, index, n, count);
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] != Aggregate.Kind.COUNT) {
                sums[a] = room(sums[a], size);
                Kernels.combine(kinds[a], codes, index, n, value(batch, a, n), sums[a], size);
            }
        }
        SmallKeys byValue = smallKeys(column);
        for (int code = 0; code < size; code++) {
            if (count[code] == 0) {
                continue;
            }
            if (byValue != null && column instanceof LongColumn longs) {
                byValue.add((int) longs.dictionary().get(code), code, count[code], sums);
            } else {
                addGroup(column, code, count[code]);
            }
        }
        return true;
    }

    /// Sums by the value of a key that is not coded.
    private void addByValue(FlowBatch batch, int n, SmallKeys byValue) {
        keyLo[0] = room(keyLo[0], n);
        columns.fill(batch, layout.fields().getFirst(), NOTHING, keyLo[0]);
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] != Aggregate.Kind.COUNT) {
                value(batch, a, n);
            }
        }
        byValue.addRows(keyLo[0], n, values);
    }

    private int[] counts(int size) {
        if (count.length < size) {
            count = new int[Math.min(FlowBatch.MAX_ROWS, size * 2)];
        }
        Arrays.fill(count, 0, size, 0);
        return count;
    }

    /// Where keys are of 16 bits or less, the sums by key.
    private @Nullable SmallKeys smallKeys(@Nullable Column column) {
        if (small == null && column instanceof LongColumn) {
            Field.Kind kind = layout.fields().getFirst().stored().orElseThrow().kind();
            if (kind == Field.Kind.UINT8 || kind == Field.Kind.UINT16) {
                small = new SmallKeys(kinds);
            }
        }
        return small;
    }

    /// Moves what is summed by key to the groups; to be called when all flows have been added.
    void finish() {
        SmallKeys byValue = small;
        if (byValue != null) {
            byValue.drain((key, values) -> {
                row[0] = layout.packSingle(key);
                System.arraycopy(values, 0, row, 1, kinds.length);
                narrow.groups.add(row, 0);
            });
            small = null;
        }
    }

    private void addGroup(@Nullable Column column, int code, int flows) {
        Side side = narrow;
        int at = 0;
        if (column instanceof LongColumn longs) {
            row[at++] = layout.packSingle(longs.dictionary().get(code));
        } else if (column instanceof AddressColumn addresses) {
            long hi = addresses.dictionary().hi(code);
            long lo = addresses.dictionary().lo(code);
            if (Ip.isMapped(hi, lo)) {
                row[at++] = layout.packSingle(lo);
            } else {
                side = wide;
                row[at++] = hi;
                row[at++] = lo;
            }
        }
        for (int a = 0; a < kinds.length; a++) {
            row[at++] = kinds[a] == Aggregate.Kind.COUNT ? flows : sums[a][code];
        }
        if (column != null && column.dictionarySize() > MANY_CODES) {
            side.groups.partition(row, 0);
        } else {
            side.groups.add(row, 0);
        }
    }

    // Row by row ------------------------------------------------------------------------------

    private long[] value(FlowBatch batch, int aggregate, int n) {
        values[aggregate] = room(values[aggregate], n);
        Evaluator field = plan.values().get(aggregate);
        if (field.words() == 2) {
            valueHi[aggregate] = room(valueHi[aggregate], n);
            boolean ipv4 = columns.fill(batch, field, valueHi[aggregate], values[aggregate]);
            if (ipv4) {
                Arrays.fill(valueHi[aggregate], 0, n, 0);
            }
        } else {
            columns.fill(batch, field, NOTHING, values[aggregate]);
        }
        return values[aggregate];
    }

    private static final long[] NOTHING = {};

    private static long[] room(long @Nullable [] array, int n) {
        return array != null && array.length >= n
                ? array
                : new long[Math.min(FlowBatch.MAX_ROWS, Math.max(n, 1024) * 2)];
    }

    private void addByRow(FlowBatch batch, int n) {
        List<Evaluator> fields = layout.fields();
        boolean ipv4 = true;
        for (int k = 0; k < fields.size(); k++) {
            keyLo[k] = room(keyLo[k], n);
            boolean address = layout.isAddress(k);
            if (address) {
                keyHi[k] = room(keyHi[k], n);
            }
            boolean fits =
                    columns.fill(batch, fields.get(k), address ? keyHi[k] : NOTHING, keyLo[k]);
            if (address && fits) {
                Arrays.fill(keyHi[k], 0, n, 0);
            }
            ipv4 &= fits;
        }
        for (int w = 0; w < packed.length; w++) {
            packed[w] = room(packed[w], n);
        }
        for (int k = 0; k < fields.size(); k++) {
            layout.pack(k, keyLo[k], packed, n);
        }
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] != Aggregate.Kind.COUNT) {
                value(batch, a, n);
            }
        }
        fillTimes(batch, n);
        for (int i = 0; i < n; i++) {
            if (ipv4 || isIpv4(i)) {
                for (int w = 0; w < packed.length; w++) {
                    row[w] = packed[w][i];
                }
                addRow(narrow, packed.length, i);
            } else {
                int at = 0;
                for (int k = 0; k < fields.size(); k++) {
                    if (layout.isAddress(k)) {
                        row[at++] = keyHi[k][i];
                    }
                    row[at++] = keyLo[k][i];
                }
                addRow(wide, at, i);
            }
        }
    }

    private void fillTimes(FlowBatch batch, int n) {
        if (!plan.times().isEmpty()) {
            starts = room(starts, n);
            durations = room(durations, n);
            columns.fill(batch, plan.times().get(0), NOTHING, starts);
            columns.fill(batch, plan.times().get(1), NOTHING, durations);
        }
    }

    private boolean isIpv4(int i) {
        for (int k = 0; k < keyLo.length; k++) {
            if (layout.isAddress(k) && !Ip.isMapped(keyHi[k][i], keyLo[k][i])) {
                return false;
            }
        }
        return true;
    }

    /// Adds row `i`, whose key is in `row`.
    private void addRow(Side side, int keyWords, int i) {
        int set = 0;
        for (int a = 0; a < kinds.length; a++) {
            switch (kinds[a]) {
                case COUNT -> row[keyWords + a] = 1;
                case SUM, MIN, MAX -> row[keyWords + a] = values[a][i];
                case DISTINCT -> {
                    row[keyWords + a] = 0;
                    System.arraycopy(row, 0, member, 0, keyWords);
                    int at = keyWords;
                    if (plan.values().get(a).words() == 2) {
                        member[at++] = valueHi[a][i];
                    }
                    member[at] = values[a][i];
                    side.members[set++].add(member, 0);
                }
                case PEAK -> {
                    row[keyWords + a] = 0;
                    side.peaks[set++].add(row, starts[i], durations[i], values[a][i]);
                }
            }
        }
        side.groups.add(row, 0);
    }

    @Override
    public void close() throws IOException {
        narrow.close();
        wide.close();
    }
}
