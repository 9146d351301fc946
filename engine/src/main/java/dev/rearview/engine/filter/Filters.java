package dev.rearview.engine.filter;

import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.NumberRange;
import java.util.List;

/// Predicates over the columns of a batch.
final class Filters {
    private Filters() {}

    /// A stored number lies in one of some ranges: on a coded column, ranges of codes.
    static final class OfNumber implements Filter {
        private final Field field;
        private final List<NumberRange.Integers> ranges;

        OfNumber(Field field, List<NumberRange.Integers> ranges) {
            this.field = field;
            this.ranges = ranges;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            NumberKernels.retain(field, ranges, batch, rows);
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            long min = stats.min(field);
            long max = stats.max(field);
            for (NumberRange.Integers r : ranges) {
                if (field.compare(r.low(), max) <= 0 && field.compare(r.high(), min) >= 0) {
                    boolean all =
                            field.compare(r.low(), min) <= 0 && field.compare(r.high(), max) >= 0;
                    return all ? Outcome.ALL : Outcome.SOME;
                }
            }
            return Outcome.NONE;
        }
    }

    /// A stored address is a member of a set: on a coded column, ranges of codes.
    static final class OfAddress implements Filter {
        private final Field field;
        private final IpSet set;

        OfAddress(Field field, IpSet set) {
            this.field = field;
            this.set = set;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            AddressKernels.retain(field, set, batch, rows);
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            return AddressStatistics.ask(stats, field, set);
        }
    }

    /// A map has one of some labels for a stored address: on a coded column, by entry of the
    /// dictionary.
    static final class OfLabel implements Filter {
        private final Field field;
        private final Labels labels;

        OfLabel(Field field, Labels labels) {
            this.field = field;
            this.labels = labels;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            labels.retain(field, batch, rows);
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            return labels.ask(stats, field);
        }
    }

    /// Any other test: by entry of the dictionary where it reads one coded column, otherwise by
    /// row.
    static final class OfTest implements Filter {
        private final Test test;

        OfTest(Test test) {
            this.test = test;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            if (test.fields().size() == 1) {
                Column column = batch.column(test.fields().iterator().next());
                if (column.isCoded()) {
                    CodeKernels.retain(column, accepted(column), batch.size(), rows);
                    return;
                }
            }
            retainByRow(new Rows.OfBatch(batch), batch.size(), rows.words());
        }

        private boolean[] accepted(Column column) {
            int n = column.dictionarySize();
            boolean[] accepted = new boolean[n];
            Rows entries = Rows.OfDictionary.of(column);
            Scratch scratch = new Scratch();
            boolean[] passes = scratch.flags();
            for (int from = 0; from < n; from += Scratch.BLOCK) {
                Block b = new Block(entries, from, Math.min(Scratch.BLOCK, n - from), scratch);
                test.test(b, passes);
                System.arraycopy(passes, 0, accepted, from, b.size());
            }
            return accepted;
        }

        private void retainByRow(Rows rows, int n, long[] words) {
            Scratch scratch = new Scratch();
            boolean[] passes = scratch.flags();
            for (int from = 0; from < n; from += Scratch.BLOCK) {
                int size = Math.min(Scratch.BLOCK, n - from);
                int firstWord = from >>> 6;
                int endWord = from + size + 63 >>> 6;
                if (isEmpty(words, firstWord, endWord)) {
                    continue;
                }
                test.test(new Block(rows, from, size, scratch), passes);
                for (int w = firstWord; w < endWord; w++) {
                    int base = (w << 6) - from;
                    words[w] &= bits(passes, base, Math.min(64, size - base));
                }
            }
        }

        private static boolean isEmpty(long[] words, int from, int end) {
            for (int w = from; w < end; w++) {
                if (words[w] != 0) {
                    return false;
                }
            }
            return true;
        }

        private static long bits(boolean[] flags, int base, int n) {
            long bits = 0;
            for (int i = 0; i < n; i++) {
                bits |= flags[base + i] ? 1L << i : 0;
            }
            return bits;
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            return test.ask(stats);
        }
    }

    /// All of some tests pass.
    static final class All implements Filter {
        private final List<Filter> filters;

        All(List<Filter> filters) {
            this.filters = filters;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            for (Filter f : filters) {
                if (rows.isEmpty()) {
                    return;
                }
                f.retain(batch, rows);
            }
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            Outcome outcome = Outcome.ALL;
            for (Filter f : filters) {
                outcome = outcome.and(f.ask(stats));
                if (outcome == Outcome.NONE) {
                    return outcome;
                }
            }
            return outcome;
        }
    }

    /// One of some tests passes.
    static final class Any implements Filter {
        private final List<Filter> filters;

        Any(List<Filter> filters) {
            this.filters = filters;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            Selection passed = Selection.none(rows.rows());
            for (Filter f : filters) {
                Selection left = rows.copy();
                left.removeAll(passed);
                f.retain(batch, left);
                passed.addAll(left);
            }
            rows.retain(passed);
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            Outcome outcome = Outcome.NONE;
            for (Filter f : filters) {
                outcome = outcome.or(f.ask(stats));
                if (outcome == Outcome.ALL) {
                    return outcome;
                }
            }
            return outcome;
        }
    }

    /// A test fails.
    static final class Not implements Filter {
        private final Filter filter;

        Not(Filter filter) {
            this.filter = filter;
        }

        @Override
        public void retain(FlowBatch batch, Selection rows) {
            Selection passed = rows.copy();
            filter.retain(batch, passed);
            rows.removeAll(passed);
        }

        @Override
        public Outcome ask(RowGroupStats stats) {
            return filter.ask(stats).not();
        }
    }
}
