package dev.rearview.engine.filter;

import java.util.ArrayDeque;

/// Arrays for a block of rows that one call of a kernel takes and gives back.
final class Scratch {
    /// Rows that are computed together, so that what lies between two steps stays in the cache. A
    /// multiple of 64.
    static final int BLOCK = 1024;

    private final ArrayDeque<long[]> numbers = new ArrayDeque<>();
    private final ArrayDeque<boolean[]> flags = new ArrayDeque<>();

    long[] numbers() {
        long[] free = numbers.poll();
        return free == null ? new long[BLOCK] : free;
    }

    boolean[] flags() {
        boolean[] free = flags.poll();
        return free == null ? new boolean[BLOCK] : free;
    }

    void back(long[] array) {
        numbers.push(array);
    }

    void back(boolean[] array) {
        flags.push(array);
    }
}
