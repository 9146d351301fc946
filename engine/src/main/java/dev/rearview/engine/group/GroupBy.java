package dev.rearview.engine.group;

import dev.rearview.engine.KeyField;
import dev.rearview.engine.spill.Run;
import dev.rearview.engine.spill.WordRows;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/// Groups flows by key fields and aggregates each group, spilling sorted runs to disk once the
/// memory given is full.
public final class GroupBy implements Closeable {
    private final List<KeyField> keys;
    private final List<Aggregate> aggregates;
    private final List<KeyField> distinctFields;
    private final int keyWords;
    private final int stride;
    private final long memoryBytes;
    private final Path directory;
    private WordTable groups;
    private WordTable[] distinct;
    private final long[][] members;
    private final List<Run> runs = new ArrayList<>();

    /// Takes the groups.
    @FunctionalInterface
    public interface GroupConsumer {
        /// @param words key words, then one word for each aggregate; reused
        void accept(long[] words) throws IOException;
    }

    /// @param memoryBytes how much to hold in memory
    /// @param directory for temporary files
    public GroupBy(
            List<KeyField> keys, List<Aggregate> aggregates, long memoryBytes, Path directory) {
        this.keys = List.copyOf(keys);
        this.aggregates = List.copyOf(aggregates);
        this.distinctFields =
                aggregates.stream()
                        .filter(a -> a.kind() == Aggregate.Kind.DISTINCT)
                        .map(Aggregate::field)
                        .toList();
        this.keyWords = keys.stream().mapToInt(KeyField::words).sum();
        this.stride = keyWords + aggregates.size();
        this.memoryBytes = memoryBytes;
        this.directory = directory;
        this.groups = new WordTable(keyWords, aggregates.size());
        this.distinct = newDistinct();
        this.members = new long[distinctFields.size()][];
        Arrays.setAll(members, i -> new long[1 + distinctFields.get(i).words()]);
    }

    private WordTable[] newDistinct() {
        WordTable[] tables = new WordTable[distinctFields.size()];
        Arrays.setAll(tables, i -> new WordTable(1 + distinctFields.get(i).words(), 0));
        return tables;
    }

    /// Words of a group's row before its aggregates.
    public int keyWords() {
        return keyWords;
    }

    public void add(FlowBatch batch, Selection rows) throws IOException {
        int n = Math.max(batch.size(), 1);
        long[][] columns = columns(keys, batch, n);
        List<KeyField> fields = aggregates.stream().map(Aggregate::field).toList();
        long[][] values = columns(fields, batch, n);
        long[] key = new long[keyWords];
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            for (int k = 0; k < keyWords; k++) {
                key[k] = columns[k][i];
            }
            accumulate(key, values, i);
        }
        if (bytes() > memoryBytes) {
            spill();
        }
    }

    private long bytes() {
        long total = groups.bytes();
        for (WordTable table : distinct) {
            total += table.bytes();
        }
        return total;
    }

    private static long[][] columns(List<KeyField> fields, FlowBatch batch, int n) {
        int count = fields.stream().mapToInt(KeyField::words).sum();
        long[][] out = new long[count][n];
        int at = 0;
        for (KeyField field : fields) {
            field.evaluate(batch, out, at);
            at += field.words();
        }
        return out;
    }

    private void accumulate(long[] key, long[][] values, int row) {
        int before = groups.size();
        int group = groups.find(key);
        boolean fresh = groups.size() > before;
        long[] words = groups.words();
        int base = group * stride + keyWords;
        int column = 0;
        int set = 0;
        for (int a = 0; a < aggregates.size(); a++) {
            Aggregate aggregate = aggregates.get(a);
            long value = values[column][row];
            switch (aggregate.kind()) {
                case COUNT -> words[base + a]++;
                case SUM -> words[base + a] += value;
                case MIN -> words[base + a] = fresh ? value : Math.min(words[base + a], value);
                case MAX -> words[base + a] = fresh ? value : Math.max(words[base + a], value);
                case DISTINCT -> {
                    int width = aggregate.field().words();
                    long[] member = members[set];
                    member[0] = group;
                    for (int w = 0; w < width; w++) {
                        member[1 + w] = values[column + w][row];
                    }
                    int known = distinct[set].size();
                    distinct[set].find(member);
                    words[base + a] += distinct[set].size() - known;
                    set++;
                }
            }
            column += aggregate.field().words();
        }
    }

    /// Row numbers of the groups in ascending order of their keys.
    private int[] order() {
        int[] order = new int[groups.size()];
        Arrays.setAll(order, i -> i);
        long[] w = groups.words();
        WordRows.sort(
                order,
                order.length,
                (a, b) -> WordRows.compare(w, a * stride, w, b * stride, keyWords));
        return order;
    }

    /// Writes the groups in order; each row is followed by its distinct values, ascending.
    private void spill() throws IOException {
        if (groups.size() == 0) {
            return;
        }
        Run run = new Run(directory);
        runs.add(run);
        int[] order = order();
        int[][] ordered = new int[distinct.length][];
        for (int d = 0; d < distinct.length; d++) {
            ordered[d] = membersInOrder(distinct[d], order);
        }
        int[] next = new int[distinct.length];
        for (int group : order) {
            run.write(groups.words(), group * stride, stride);
            for (int d = 0; d < distinct.length; d++) {
                long[] w = distinct[d].words();
                int width = distinct[d].keyWords();
                int from = next[d];
                while (next[d] < ordered[d].length && w[ordered[d][next[d]] * width] == group) {
                    next[d]++;
                }
                run.write(next[d] - from);
                for (int i = from; i < next[d]; i++) {
                    run.write(w, ordered[d][i] * width + 1, width - 1);
                }
            }
        }
        run.rewind();
        groups = new WordTable(keyWords, aggregates.size());
        distinct = newDistinct();
    }

    private static int[] membersInOrder(WordTable table, int[] groupOrder) {
        int[] rank = new int[groupOrder.length];
        for (int i = 0; i < groupOrder.length; i++) {
            rank[groupOrder[i]] = i;
        }
        int[] members = new int[table.size()];
        Arrays.setAll(members, i -> i);
        long[] w = table.words();
        int width = table.keyWords();
        WordRows.sort(
                members,
                members.length,
                (a, b) -> {
                    int c = Integer.compare(rank[(int) w[a * width]], rank[(int) w[b * width]]);
                    return c != 0
                            ? c
                            : WordRows.compare(w, a * width + 1, w, b * width + 1, width - 1);
                });
        return members;
    }

    /// Hands out the groups, ascending by key if `sorted` or if anything was spilled, otherwise in
    /// the order of their first flow.
    public void drain(boolean sorted, GroupConsumer out) throws IOException {
        if (!runs.isEmpty()) {
            spill();
            merge(out);
            return;
        }
        long[] row = new long[stride];
        int[] order = sorted ? order() : null;
        for (int i = 0; i < groups.size(); i++) {
            int group = order == null ? i : order[i];
            System.arraycopy(groups.words(), group * stride, row, 0, stride);
            out.accept(row);
        }
    }

    private final class Head {
        final Run run;
        final long[] row = new long[stride];
        final long[][] members = new long[distinctFields.size()][];

        Head(Run run) {
            this.run = run;
        }

        boolean advance() throws IOException {
            if (!run.read(row, 0, stride)) {
                return false;
            }
            long[] count = new long[1];
            for (int d = 0; d < members.length; d++) {
                run.read(count, 0, 1);
                members[d] = new long[(int) count[0] * distinctFields.get(d).words()];
                run.read(members[d], 0, members[d].length);
            }
            return true;
        }
    }

    private void merge(GroupConsumer out) throws IOException {
        PriorityQueue<Head> heads =
                new PriorityQueue<>((a, b) -> WordRows.compare(a.row, 0, b.row, 0, keyWords));
        for (Run run : runs) {
            Head head = new Head(run);
            if (head.advance()) {
                heads.add(head);
            }
        }
        long[] row = new long[stride];
        while (!heads.isEmpty()) {
            WordTable[] union = newDistinct();
            boolean first = true;
            do {
                Head head = heads.remove();
                combine(row, head, union, first);
                first = false;
                if (head.advance()) {
                    heads.add(head);
                }
            } while (!heads.isEmpty()
                    && WordRows.compare(heads.element().row, 0, row, 0, keyWords) == 0);
            int set = 0;
            for (int a = 0; a < aggregates.size(); a++) {
                if (aggregates.get(a).kind() == Aggregate.Kind.DISTINCT) {
                    row[keyWords + a] = union[set++].size();
                }
            }
            out.accept(row);
        }
    }

    private void combine(long[] row, Head head, WordTable[] union, boolean first) {
        if (first) {
            System.arraycopy(head.row, 0, row, 0, stride);
        } else {
            for (int a = 0; a < aggregates.size(); a++) {
                int at = keyWords + a;
                switch (aggregates.get(a).kind()) {
                    case COUNT, SUM -> row[at] += head.row[at];
                    case MIN -> row[at] = Math.min(row[at], head.row[at]);
                    case MAX -> row[at] = Math.max(row[at], head.row[at]);
                    case DISTINCT -> {}
                }
            }
        }
        for (int d = 0; d < union.length; d++) {
            int width = distinctFields.get(d).words();
            long[] member = new long[1 + width];
            for (int i = 0; i < head.members[d].length; i += width) {
                System.arraycopy(head.members[d], i, member, 1, width);
                union[d].find(member);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Run run : runs) {
            run.close();
        }
        runs.clear();
    }
}
