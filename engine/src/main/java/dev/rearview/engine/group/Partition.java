package dev.rearview.engine.group;

import dev.rearview.engine.spill.RowTaker;
import java.io.IOException;
import java.util.List;

/// What all threads have of the groups whose keys hash to one number.
final class Partition {
    private final GroupBy plan;
    private final List<GroupWorker.Side> sides;
    private final boolean wide;
    private final int number;
    private final int keyWords;

    /// @param wide whether keys are wide
    Partition(GroupBy plan, List<GroupWorker.Side> sides, boolean wide, int number) {
        this.plan = plan;
        this.sides = sides;
        this.wide = wide;
        this.number = number;
        this.keyWords = wide ? plan.layout().wideWords() : plan.layout().narrowWords();
    }

    int keyWords() {
        return keyWords;
    }

    /// Rows before equal ones are put together: of groups or, where these tell the groups, of
    /// values.
    long rows() {
        boolean ofValues = plan.membersTellGroups();
        // All values of a group that is large may have left their partition.
        long sum = ofValues && plan.largeGroups(wide, 0).partitions().get(number) ? 1 : 0;
        for (GroupWorker.Side s : sides) {
            sum +=
                    ofValues
                            ? spool(s, 0, true).size(number) + spool(s, 0, false).size(number)
                            : s.groups.size(number);
        }
        return sum;
    }

    /// Puts the rows of all threads together.
    GroupTable build() throws IOException {
        // Of values there are far more than of groups.
        int expected = plan.membersTellGroups() ? 0 : (int) Math.min(1 << 20, rows());
        GroupTable table = new GroupTable(keyWords, plan.kinds().length, expected);
        int stride = table.stride();
        for (GroupWorker.Side s : sides) {
            s.groups.forEach(
                    number,
                    (words, at) -> {
                        int before = table.size();
                        long hash = GroupTable.hash(words, at, keyWords);
                        int group = table.find(words, at, hash);
                        if (table.size() > before) {
                            System.arraycopy(
                                    words,
                                    at + keyWords,
                                    table.words(),
                                    group * stride + keyWords,
                                    stride - keyWords);
                        } else {
                            s.groups.combine(table.words(), group * stride, words, at);
                        }
                    });
        }
        for (int i = 0; i < plan.distinct().size(); i++) {
            countDistinct(table, i, keyWords + plan.distinct().get(i));
        }
        for (int i = 0; i < plan.peaks().size(); i++) {
            findPeaks(table, i, keyWords + plan.peaks().get(i).aggregate());
        }
        return table;
    }

    /// @param distinct its number among the aggregates that count different values
    private void countDistinct(GroupTable table, int distinct, int column) throws IOException {
        LargeGroups large = plan.largeGroups(wide, distinct);
        boolean hasLarge = large.partitions().get(number);
        MemberLayout layout = large.layout();
        long[] group = new long[keyWords];
        for (boolean narrowValues : new boolean[] {true, false}) {
            int width = narrowValues ? layout.narrowWords() : layout.wideWords();
            long mask = narrowValues ? layout.groupMask() : -1L;
            long expected = 0;
            for (GroupWorker.Side s : sides) {
                expected += spool(s, distinct, narrowValues).size(number);
            }
            GroupTable seen = new GroupTable(width, 0, (int) Math.min(1 << 20, expected));
            RowTaker count =
                    (words, at) -> {
                        MemberLayout.group(words, at, mask, group);
                        if (hasLarge && large.number(group, 0) >= 0) {
                            return;
                        }
                        int before = seen.size();
                        seen.find(words, at, GroupTable.hash(words, at, width));
                        if (seen.size() > before) {
                            int row = of(table, group, 0);
                            table.words()[row + column]++;
                        }
                    };
            for (GroupWorker.Side s : sides) {
                spool(s, distinct, narrowValues).forEach(number, count);
            }
        }
        large.forEach(
                number,
                (words, at, values) -> {
                    int row = of(table, words, at);
                    table.words()[row + column] += values;
                });
    }

    private static Spool spool(GroupWorker.Side side, int distinct, boolean narrowValues) {
        DistinctValues values = side.distinct[distinct];
        return narrowValues ? values.narrow() : values.wide();
    }

    /// Where the row of a group starts. May replace the table's words.
    private int of(GroupTable table, long[] words, int at) {
        return table.find(words, at, GroupTable.hash(words, at, keyWords)) * table.stride();
    }

    private void findPeaks(GroupTable table, int peak, int column) throws IOException {
        int width = keyWords + Peaks.KEY_WORDS;
        GroupTable bins = new GroupTable(width, Peaks.values().length);
        for (GroupWorker.Side s : sides) {
            Spool rows = s.peaks[peak].rows();
            rows.forEach(
                    number,
                    (words, at) -> {
                        int bin = bins.find(words, at, GroupTable.hash(words, at, width));
                        // A new row is all zeroes.
                        rows.combine(bins.words(), bin * bins.stride(), words, at);
                    });
        }
        Peaks.most(
                bins,
                keyWords,
                (words, at, most) -> {
                    int row = of(table, words, at);
                    table.words()[row + column] = most;
                });
    }

    /// Puts a group into a row with a wide key.
    ///
    /// @param words of the table that was built
    /// @param at where the group starts there
    void row(long[] words, int at, long[] row) {
        int values = plan.kinds().length;
        if (wide) {
            System.arraycopy(words, at, row, 0, keyWords + values);
            return;
        }
        plan.layout().widen(words, at, row);
        System.arraycopy(words, at + keyWords, row, plan.layout().wideWords(), values);
    }
}
