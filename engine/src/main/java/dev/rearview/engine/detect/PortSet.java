package dev.rearview.engine.detect;

import java.util.Arrays;

/// The distinct ports among some, emptied in no time.
final class PortSet {
    private final int[] seenIn = new int[1 << 16];
    private int round = 1;
    private int size;

    void add(int port) {
        int at = port & 0xFFFF;
        if (seenIn[at] != round) {
            seenIn[at] = round;
            size++;
        }
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (++round == 0) {
            Arrays.fill(seenIn, 0);
            round = 1;
        }
    }
}
