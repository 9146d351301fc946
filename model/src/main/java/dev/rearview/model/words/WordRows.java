package dev.rearview.model.words;

/// Compares rows of words stored one after another in one array.
public final class WordRows {
    private WordRows() {}

    /// Unsigned comparison of `count` words.
    public static int compare(long[] a, int atA, long[] b, int atB, int count) {
        for (int i = 0; i < count; i++) {
            int c = Long.compareUnsigned(a[atA + i], b[atB + i]);
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }

    /// Order of two row numbers.
    @FunctionalInterface
    public interface RowOrder {
        int compare(int a, int b);
    }

    /// Sorts row numbers, keeping the order of equal ones.
    public static void sort(int[] rows, int count, RowOrder order) {
        int[] scratch = new int[count];
        mergeSort(rows, scratch, 0, count, order);
    }

    private static void mergeSort(int[] rows, int[] scratch, int from, int to, RowOrder order) {
        if (to - from < 12) {
            for (int i = from + 1; i < to; i++) {
                int row = rows[i];
                int j = i - 1;
                while (j >= from && order.compare(rows[j], row) > 0) {
                    rows[j + 1] = rows[j--];
                }
                rows[j + 1] = row;
            }
            return;
        }
        int mid = (from + to) >>> 1;
        mergeSort(rows, scratch, from, mid, order);
        mergeSort(rows, scratch, mid, to, order);
        if (order.compare(rows[mid - 1], rows[mid]) <= 0) {
            return;
        }
        System.arraycopy(rows, from, scratch, from, mid - from);
        int left = from;
        int right = mid;
        int out = from;
        while (left < mid && right < to) {
            rows[out++] =
                    order.compare(scratch[left], rows[right]) <= 0
                            ? scratch[left++]
                            : rows[right++];
        }
        System.arraycopy(scratch, left, rows, out, mid - left);
    }
}
