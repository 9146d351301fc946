package dev.rearview.engine.group;

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

    /// Rows before equal ones are put together.
    long rows() {
        long sum = 0;
        for (GroupWorker.Side s : sides) {
            sum += s.groups.size(number);
        }
        return sum;
    }

    /// Puts the rows of all threads together.
    GroupTable build() throws IOException {
        int expected = (int) Math.min(1 << 20, rows());
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
        for (int set = 0; set < plan.members().size(); set++) {
            GroupBy.Members m = plan.members().get(set);
            if (m.binMs() > 0) {
                findPeaks(table, set, m);
            } else {
                countDistinct(table, set, m);
            }
        }
        return table;
    }

    private void countDistinct(GroupTable table, int set, GroupBy.Members m) throws IOException {
        int width = keyWords + m.keyWords();
        GroupTable seen = new GroupTable(width, 0);
        int column = keyWords + m.aggregate();
        for (GroupWorker.Side s : sides) {
            s.members[set].forEach(
                    number,
                    (words, at) -> {
                        int before = seen.size();
                        seen.find(words, at, GroupTable.hash(words, at, width));
                        if (seen.size() > before) {
                            table.words()[of(table, words, at) + column]++;
                        }
                    });
        }
    }

    /// Where the row of a group starts.
    private int of(GroupTable table, long[] words, int at) {
        return table.find(words, at, GroupTable.hash(words, at, keyWords)) * table.stride();
    }

    private void findPeaks(GroupTable table, int set, GroupBy.Members m) throws IOException {
        int width = keyWords + m.keyWords();
        int column = keyWords + m.aggregate();
        GroupTable bins = new GroupTable(width, m.values().length);
        for (GroupWorker.Side s : sides) {
            s.members[set].forEach(
                    number,
                    (words, at) -> {
                        int bin = bins.find(words, at, GroupTable.hash(words, at, width));
                        // A new row is all zeroes.
                        s.members[set].combine(bins.words(), bin * bins.stride(), words, at);
                    });
        }
        Peaks.most(
                bins,
                keyWords,
                (words, at, peak) -> table.words()[of(table, words, at) + column] = peak);
    }

    /// Puts group `i` of the table into a row with a wide key.
    void row(GroupTable table, int i, long[] row) {
        int at = i * table.stride();
        if (wide) {
            System.arraycopy(table.words(), at, row, 0, table.stride());
            return;
        }
        plan.layout().widen(table.words(), at, row);
        System.arraycopy(
                table.words(),
                at + keyWords,
                row,
                plan.layout().wideWords(),
                table.stride() - keyWords);
    }
}
