package dev.rearview.store.hour;

import java.util.Arrays;
import java.util.Collection;

/// Numbers of journal epochs, as a sorted array: those whose flows a file holds.
///
/// As text it is the runs of consecutive numbers, each as its distance from the last number of the
/// run before and how many follow it, hexadecimal: `18c3f2a1b00+4,2` is 18c3f2a1b00 to 18c3f2a1b04
/// and 18c3f2a1b06.
public final class EpochSet {
    public static final EpochSet EMPTY = new EpochSet(new long[0]);

    /// Numbers of one file at most; an hour has 720 epochs of 5 s, and some of late flows.
    private static final int MAX = 1 << 17;

    private final long[] sorted;

    private EpochSet(long[] sorted) {
        this.sorted = sorted;
    }

    public static EpochSet of(long epoch) {
        return new EpochSet(new long[] {epoch});
    }

    /// @param numbers in any order, each once or more often
    public static EpochSet of(Collection<Long> numbers) {
        return new EpochSet(numbers.stream().mapToLong(n -> n).sorted().distinct().toArray());
    }

    public static EpochSet union(Collection<EpochSet> sets) {
        return new EpochSet(
                sets.stream()
                        .flatMapToLong(s -> Arrays.stream(s.sorted))
                        .sorted()
                        .distinct()
                        .toArray());
    }

    public int size() {
        return sorted.length;
    }

    /// The smallest number.
    public long first() {
        return sorted[0];
    }

    public boolean contains(long epoch) {
        return Arrays.binarySearch(sorted, epoch) >= 0;
    }

    public boolean containsAll(EpochSet other) {
        return Arrays.stream(other.sorted).allMatch(this::contains);
    }

    /// Whether it has a number between two others, neither of which counts.
    public boolean hasBetween(long from, long to) {
        return Arrays.stream(sorted).anyMatch(epoch -> epoch > from && epoch < to);
    }

    /// How many numbers another set has not.
    public long countWithout(EpochSet other) {
        return Arrays.stream(sorted).filter(epoch -> !other.contains(epoch)).count();
    }

    public boolean containsAny(EpochSet other) {
        return Arrays.stream(other.sorted).anyMatch(this::contains);
    }

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException if it is none, or names too many
    public static EpochSet parse(String text) {
        if (text.isEmpty()) {
            return EMPTY;
        }
        long[] out = new long[16];
        int n = 0;
        long last = 0;
        for (String run : text.split(",", -1)) {
            int plus = run.indexOf('+');
            long gap = Long.parseLong(plus < 0 ? run : run.substring(0, plus), 16);
            long more = plus < 0 ? 0 : Long.parseLong(run.substring(plus + 1), 16);
            if (gap < (n == 0 ? 0 : 1) || more < 0 || more >= MAX - n) {
                throw new IllegalArgumentException("no epochs: " + run);
            }
            for (long i = 0; i <= more; i++) {
                last = Math.addExact(last, i == 0 ? gap : 1);
                if (n == out.length) {
                    out = Arrays.copyOf(out, n * 2);
                }
                out[n++] = last;
            }
        }
        return new EpochSet(Arrays.copyOf(out, n));
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        long last = 0;
        for (int i = 0; i < sorted.length; ) {
            int end = i + 1;
            while (end < sorted.length && sorted[end] == sorted[end - 1] + 1) {
                end++;
            }
            out.append(i == 0 ? "" : ",").append(Long.toHexString(sorted[i] - last));
            if (end > i + 1) {
                out.append('+').append(Integer.toHexString(end - i - 1));
            }
            last = sorted[end - 1];
            i = end;
        }
        return out.toString();
    }
}
