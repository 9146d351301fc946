package dev.rearview.nfcapd;

import java.util.Arrays;

/// Decompresses one bzip2 stream that lies in memory, checks its checksums, and holds no more than
/// its largest block asks for.
final class Bzip2 {
    private static final long BLOCK_MAGIC = 0x3141_5926_5359L;
    private static final long END_MAGIC = 0x1772_4538_5090L;
    private static final int GROUP = 50;
    private static final int MAX_CODE = 20;
    private static final int MAX_TABLES = 6;
    private static final int RUN_A = 0;
    private static final int RUN_B = 1;
    private static final int[] CRC = crcTable();

    private final byte[] in;
    private final int end;
    private int at;
    private int bits;
    private int bitCount;

    private final byte[] out;
    private int written;

    // Of the block at hand.
    private int[] cells = {};
    private int cellCount;
    private final byte[] symbols = new byte[256];
    private int symbolCount;
    private final Huffman[] tables = new Huffman[MAX_TABLES];

    private Bzip2(byte[] in, int length, byte[] out) {
        this.in = in;
        this.end = length;
        this.out = out;
    }

    /// Decompresses the first octets of `in` into `out`.
    ///
    /// @return octets written
    /// @throws IllegalArgumentException if the stream is damaged or needs more room
    static int decompress(byte[] in, int length, byte[] out) {
        return new Bzip2(in, length, out).run();
    }

    private int run() {
        if (read(8) != 'B' || read(8) != 'Z' || read(8) != 'h') {
            throw new IllegalArgumentException("no bzip2 stream");
        }
        int level = read(8) - '0';
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("block size " + level);
        }
        int most = level * 100_000;
        int combined = 0;
        while (true) {
            long magic = (long) read(24) << 24 | read(24);
            int expected = read(16) << 16 | read(16);
            if (magic == END_MAGIC) {
                check(expected, combined);
                return written;
            }
            if (magic != BLOCK_MAGIC) {
                throw new IllegalArgumentException("no block where one should be");
            }
            int from = written;
            block(most);
            int crc = crc(from);
            check(expected, crc);
            combined = (combined << 1 | combined >>> 31) ^ crc;
        }
    }

    private static void check(int expected, int crc) {
        if (expected != crc) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
    }

    private void block(int most) {
        if (read(1) != 0) {
            throw new IllegalArgumentException("randomized blocks are not supported");
        }
        int origin = read(24);
        readSymbols();
        byte[] selectors = readSelectors();
        if (cells.length < most) {
            cells = new int[most];
        }
        int[] counts = new int[256];
        readCells(selectors, most, counts);
        if (origin >= cellCount) {
            throw new IllegalArgumentException("its first row lies outside");
        }
        sortBack(counts);
        expand(origin);
    }

    private void readSymbols() {
        int used = read(16);
        symbolCount = 0;
        for (int i = 0; i < 16; i++) {
            if ((used & 0x8000 >>> i) != 0) {
                int some = read(16);
                for (int j = 0; j < 16; j++) {
                    if ((some & 0x8000 >>> j) != 0) {
                        symbols[symbolCount++] = (byte) (i * 16 + j);
                    }
                }
            }
        }
        if (symbolCount == 0) {
            throw new IllegalArgumentException("a block without symbols");
        }
    }

    /// Reads which table each group of codes uses, and the tables.
    private byte[] readSelectors() {
        int tableCount = read(3);
        int count = read(15);
        if (tableCount < 2 || tableCount > MAX_TABLES || count == 0) {
            throw new IllegalArgumentException("no tables of codes");
        }
        byte[] selectors = new byte[count];
        byte[] order = {0, 1, 2, 3, 4, 5};
        for (int i = 0; i < count; i++) {
            int place = 0;
            while (read(1) != 0) {
                if (++place == tableCount) {
                    throw new IllegalArgumentException("a table that is not there");
                }
            }
            selectors[i] = toFront(order, place);
        }
        for (int i = 0; i < tableCount; i++) {
            tables[i] = readTable(symbolCount + 2);
        }
        return selectors;
    }

    private Huffman readTable(int size) {
        byte[] lengths = new byte[size];
        int length = read(5);
        for (int i = 0; i < size; i++) {
            while (true) {
                if (length < 1 || length > MAX_CODE) {
                    throw new IllegalArgumentException("a code of " + length + " bits");
                }
                if (read(1) == 0) {
                    break;
                }
                length += read(1) == 0 ? 1 : -1;
            }
            lengths[i] = (byte) length;
        }
        return new Huffman(lengths);
    }

    private static byte toFront(byte[] list, int place) {
        byte value = list[place];
        System.arraycopy(list, 0, list, 1, place);
        list[0] = value;
        return value;
    }

    /// Reads the transformed octets, with runs of the first one, up to the end of the block.
    private void readCells(byte[] selectors, int most, int[] counts) {
        int endOfBlock = symbolCount + 1;
        byte[] list = Arrays.copyOf(symbols, symbolCount);
        cellCount = 0;
        int group = -1;
        int left = 0;
        int run = 0;
        int weight = 1;
        while (true) {
            if (left-- == 0) {
                if (++group == selectors.length) {
                    throw new IllegalArgumentException("a block without an end");
                }
                left = GROUP - 1;
            }
            int code = tables[selectors[group]].next(this);
            if (code == RUN_A || code == RUN_B) {
                run += weight << code;
                weight <<= 1;
                if (run > most) {
                    throw new IllegalArgumentException("a block that is too large");
                }
                continue;
            }
            put(list[0] & 0xFF, run, most, counts);
            run = 0;
            weight = 1;
            if (code == endOfBlock) {
                return;
            }
            put(toFront(list, code - 1) & 0xFF, 1, most, counts);
        }
    }

    private void put(int value, int times, int most, int[] counts) {
        if (times > most - cellCount) {
            throw new IllegalArgumentException("a block that is too large");
        }
        Arrays.fill(cells, cellCount, cellCount + times, value);
        cellCount += times;
        counts[value] += times;
    }

    /// Puts the number of the row that follows beside each octet.
    private void sortBack(int[] counts) {
        int sum = 0;
        for (int i = 0; i < 256; i++) {
            int n = counts[i];
            counts[i] = sum;
            sum += n;
        }
        for (int i = 0; i < cellCount; i++) {
            cells[counts[cells[i] & 0xFF]++] |= i << 8;
        }
    }

    /// Writes the octets in their order; four equal ones are followed by how many more there are.
    private void expand(int origin) {
        int cell = cells[origin];
        int last = -1;
        int same = 0;
        for (int i = 0; i < cellCount; i++) {
            cell = cells[cell >>> 8];
            int value = cell & 0xFF;
            if (same == 4) {
                write(last, value);
                same = 0;
                last = -1;
                continue;
            }
            same = value == last ? same + 1 : 1;
            last = value;
            write(value, 1);
        }
    }

    private void write(int value, int times) {
        if (times > out.length - written) {
            throw new IllegalArgumentException("more than " + out.length + " octets");
        }
        Arrays.fill(out, written, written + times, (byte) value);
        written += times;
    }

    private int crc(int from) {
        int crc = -1;
        for (int i = from; i < written; i++) {
            crc = crc << 8 ^ CRC[(crc >>> 24 ^ out[i]) & 0xFF];
        }
        return ~crc;
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 24;
            for (int j = 0; j < 8; j++) {
                crc = crc < 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1;
            }
            table[i] = crc;
        }
        return table;
    }

    /// The next bits, most significant first.
    ///
    /// @param n up to 24
    private int read(int n) {
        while (bitCount < n) {
            if (at == end) {
                throw new IllegalArgumentException("ends too early");
            }
            bits = bits << 8 | in[at++] & 0xFF;
            bitCount += 8;
        }
        bitCount -= n;
        return bits >>> bitCount & (1 << n) - 1;
    }

    /// Codes of one table: those of a length follow each other.
    private static final class Huffman {
        private final int[] limit = new int[MAX_CODE + 1];
        private final int[] base = new int[MAX_CODE + 1];
        private final short[] sorted;

        Huffman(byte[] lengths) {
            sorted = new short[lengths.length];
            int[] count = new int[MAX_CODE + 1];
            for (byte l : lengths) {
                count[l]++;
            }
            int n = 0;
            for (int length = 1; length <= MAX_CODE; length++) {
                for (int i = 0; i < lengths.length; i++) {
                    if (lengths[i] == length) {
                        sorted[n++] = (short) i;
                    }
                }
            }
            int code = 0;
            int before = 0;
            for (int length = 1; length <= MAX_CODE; length++) {
                base[length] = before - code;
                code += count[length];
                before += count[length];
                limit[length] = count[length] == 0 ? -1 : code - 1;
                code <<= 1;
            }
        }

        int next(Bzip2 from) {
            int code = 0;
            for (int length = 1; length <= MAX_CODE; length++) {
                code = code << 1 | from.read(1);
                if (code <= limit[length]) {
                    int place = base[length] + code;
                    if (place < 0 || place >= sorted.length) {
                        break;
                    }
                    return sorted[place];
                }
            }
            throw new IllegalArgumentException("a code that no table has");
        }
    }
}
