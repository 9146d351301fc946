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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The share of a grouping that one thread does.
final class GroupWorker implements Closeable {
    /// What there is of narrow or of wide keys.
    static final class Side implements Closeable {
        final Spool groups;

        /// For each aggregate that counts different values.
        final DistinctValues[] distinct;

        /// For each aggregate that is a peak.
        final Peaks[] peaks;

        /// All of them.
        private final List<Spool> spools = new ArrayList<>();

        Side(boolean wide, GroupBy plan, Room room) {
            int keyWords = wide ? plan.layout().wideWords() : plan.layout().narrowWords();
            groups = new Spool(keyWords, keyWords, plan.kinds(), room);
            spools.add(groups);
            distinct = new DistinctValues[plan.distinct().size()];
            for (int i = 0; i < distinct.length; i++) {
                distinct[i] = new DistinctValues(plan.largeGroups(wide, i), room);
                spools.addAll(distinct[i].spools());
            }
            peaks = new Peaks[plan.peaks().size()];
            for (int i = 0; i < peaks.length; i++) {
                int width = keyWords + Peaks.KEY_WORDS;
                Spool rows = new Spool(keyWords, width, Peaks.values(), room);
                peaks[i] = new Peaks(keyWords, plan.peaks().get(i).binMs(), rows);
                spools.add(rows);
            }
        }

        long bytes() {
            long sum = 0;
            for (Spool s : spools) {
                sum += s.bytes();
            }
            return sum;
        }

        long rowBytes() {
            long sum = 0;
            for (Spool s : spools) {
                sum += s.rowBytes();
            }
            return sum;
        }

        void spill() throws IOException {
            for (Spool s : spools) {
                s.spill();
            }
        }

        /// Moves everything to partitions, so that all spools are alike.
        void flush() {
            for (Spool s : spools) {
                s.flush();
            }
        }

        boolean isPartitioned() {
            boolean any = false;
            for (Spool s : spools) {
                any |= s.isPartitioned();
            }
            return any;
        }

        @Override
        public void close() throws IOException {
            for (Spool s : spools) {
                s.close();
            }
        }
    }

    /// More groups than this from one batch are not worth a look for those of the batch before.
    private static final int MANY_CODES = 4096;

    /// Octets of large groups that are worth a file.
    private static final long LEAST_LARGE = 4 << 20;

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

    /// Whether all values of the batch are narrow ones, by aggregate.
    private final boolean[] narrowValues;

    /// @param room of all threads
    GroupWorker(GroupBy plan, Room room) {
        this.plan = plan;
        this.layout = plan.layout();
        this.kinds = plan.kinds();
        this.room = room;
        this.shares = 2 * room.context().parallel().threads();
        this.narrow = new Side(false, plan, room);
        this.wide = new Side(true, plan, room);
        int n = layout.fields().size();
        this.keyHi = new long[n][];
        this.keyLo = new long[n][];
        this.packed = new long[layout.narrowWords()][];
        this.sums = new long[kinds.length][];
        this.values = new long[kinds.length][];
        this.valueHi = new long[kinds.length][];
        this.row = new long[layout.wideWords() + kinds.length];
        this.narrowValues = new boolean[kinds.length];
    }

    void add(FlowBatch batch, Selection selected) throws IOException {
        if (selected.isEmpty() || addAll(batch, selected)) {
            return;
        }
        int n = columns.select(batch, selected);
        boolean members = hasMembers();
        // All columns are read before anything is counted: one may be damaged.
        boolean ipv4 = members && fillKeys(batch, n);
        if (members) {
            fillMembers(batch, n);
        }
        if (!plan.membersTellGroups() && !addByCode(batch, n)) {
            ipv4 = members ? ipv4 : fillKeys(batch, n);
            fillCombined(batch, n);
            addGroups(n, ipv4);
        }
        if (members) {
            addMembers(n, ipv4);
        }
        keepRoom();
    }

    private boolean hasMembers() {
        return narrow.distinct.length + narrow.peaks.length > 0;
    }

    /// Whether an aggregate has rows of its own beside the groups, where it is 0 then.
    private static boolean isMember(Aggregate.Kind kind) {
        return kind == Aggregate.Kind.DISTINCT || kind == Aggregate.Kind.PEAK;
    }

    /// Writes to disk what is most, when there is too much.
    private void keepRoom() throws IOException {
        look();
        if (room.holds(own() + plan.largeBytes())) {
            return;
        }
        if (hasMembers()) {
            narrow.flush();
            wide.flush();
            look();
        }
        // The tables stay; so the rows may be too few to be worth a file, time and again.
        long large = plan.largeBytes();
        if (large > (narrow.rowBytes() + wide.rowBytes()) * shares) {
            if (large >= LEAST_LARGE) {
                plan.spillLarge(large);
            }
        } else {
            narrow.spill();
            wide.spill();
        }
    }

    /// Looks for groups that have become large.
    private void look() {
        for (int i = 0; i < narrow.distinct.length; i++) {
            narrow.distinct[i].look();
            wide.distinct[i].look();
        }
    }

    /// Octets that a thread like this one takes of the room.
    private long own() {
        return (narrow.bytes() + wide.bytes()) * shares;
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
        if (layout.fields().size() > 1) {
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
            if (kinds[a] != Aggregate.Kind.COUNT && !isMember(kinds[a])) {
                sums[a] = room(sums[a], size);
                Kernels.combine(kinds[a], codes, index, n, value(batch, a, n), sums[a], size);
            }
        }
        SmallKeys byValue = smallKeys(column);
        if (byValue != null && column instanceof LongColumn longs) {
            byValue.addCodes(longs.dictionary(), count, sums);
            return true;
        }
        for (int code = 0; code < size; code++) {
            if (count[code] != 0) {
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
            if (kinds[a] != Aggregate.Kind.COUNT && !isMember(kinds[a])) {
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
            row[at++] =
                    switch (kinds[a]) {
                        case COUNT -> flows;
                        case SUM, MIN, MAX -> sums[a][code];
                        case DISTINCT, PEAK -> 0;
                    };
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
            narrowValues[aggregate] =
                    columns.fill(batch, field, valueHi[aggregate], values[aggregate]);
        } else {
            columns.fill(batch, field, NOTHING, values[aggregate]);
            narrowValues[aggregate] =
                    field.stored().map(KeyLayout::bits).orElse(Long.SIZE) <= Integer.SIZE;
        }
        return values[aggregate];
    }

    private static final long[] NOTHING = {};

    private static long[] room(long @Nullable [] array, int n) {
        return array != null && array.length >= n
                ? array
                : new long[Math.min(FlowBatch.MAX_ROWS, Math.max(n, 1024) * 2)];
    }

    /// Whether all addresses among the keys are of IPv4.
    private boolean fillKeys(FlowBatch batch, int n) {
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
        return ipv4;
    }

    /// The values that are counted one by one.
    private void fillMembers(FlowBatch batch, int n) {
        for (int a = 0; a < kinds.length; a++) {
            if (isMember(kinds[a])) {
                value(batch, a, n);
            }
        }
        if (!plan.times().isEmpty()) {
            starts = room(starts, n);
            durations = room(durations, n);
            columns.fill(batch, plan.times().get(0), NOTHING, starts);
            columns.fill(batch, plan.times().get(1), NOTHING, durations);
        }
    }

    /// The values that combine.
    private void fillCombined(FlowBatch batch, int n) {
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] != Aggregate.Kind.COUNT && !isMember(kinds[a])) {
                value(batch, a, n);
            }
        }
    }

    /// Puts the key of row `i` into `row`.
    ///
    /// @return the side on which it is
    private Side key(int i, boolean ipv4) {
        if (ipv4 || isIpv4(i)) {
            for (int w = 0; w < packed.length; w++) {
                row[w] = packed[w][i];
            }
            return narrow;
        }
        int at = 0;
        for (int k = 0; k < keyLo.length; k++) {
            if (layout.isAddress(k)) {
                row[at++] = keyHi[k][i];
            }
            row[at++] = keyLo[k][i];
        }
        return wide;
    }

    private boolean isIpv4(int i) {
        for (int k = 0; k < keyLo.length; k++) {
            if (layout.isAddress(k) && !Ip.isMapped(keyHi[k][i], keyLo[k][i])) {
                return false;
            }
        }
        return true;
    }

    private void addGroups(int n, boolean ipv4) {
        for (int i = 0; i < n; i++) {
            Side side = key(i, ipv4);
            int keyWords = side == narrow ? packed.length : layout.wideWords();
            for (int a = 0; a < kinds.length; a++) {
                row[keyWords + a] =
                        switch (kinds[a]) {
                            case COUNT -> 1;
                            case SUM, MIN, MAX -> values[a][i];
                            case DISTINCT, PEAK -> 0;
                        };
            }
            side.groups.add(row, 0);
        }
    }

    private void addMembers(int n, boolean ipv4) {
        int distinct = 0;
        int peak = 0;
        for (int a = 0; a < kinds.length; a++) {
            if (kinds[a] == Aggregate.Kind.DISTINCT) {
                addDistinct(distinct++, a, n, ipv4);
            } else if (kinds[a] == Aggregate.Kind.PEAK) {
                for (int i = 0; i < n; i++) {
                    key(i, ipv4).peaks[peak].add(row, starts[i], durations[i], values[a][i]);
                }
                peak++;
            }
        }
    }

    private void addDistinct(int distinct, int aggregate, int n, boolean ipv4) {
        long[] los = values[aggregate];
        if (ipv4 && narrowValues[aggregate]) {
            narrow.distinct[distinct].add(packed, los, n);
            return;
        }
        long[] his = valueHi[aggregate];
        for (int i = 0; i < n; i++) {
            DistinctValues into = key(i, ipv4).distinct[distinct];
            if (narrowValues[aggregate]) {
                into.add(row, (int) los[i]);
            } else {
                into.add(row, his == null ? 0 : his[i], los[i]);
            }
        }
    }

    @Override
    public void close() throws IOException {
        narrow.close();
        wide.close();
    }
}
