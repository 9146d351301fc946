package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// The values of a `.mmdb` database, or its description: maps, texts and numbers, looked at where
/// they lie. Nothing is made of a value but what is asked for.
final class MaxMindValues {
    private static final int POINTER = 1;
    private static final int TEXT = 2;
    private static final int DOUBLE = 3;
    private static final int MAP = 7;
    private static final int ARRAY = 11;
    private static final int END = 13;
    private static final int BOOLEAN = 14;
    private static final int FLOAT = 15;

    /// Maps and arrays inside each other: the databases that there are have four.
    private static final int MAX_DEPTH = 32;

    /// Values that are looked at for each octet of the database before it counts as damaged: many
    /// small places that all lead into one large value would take hours.
    private static final long LOOKS_PER_OCTET = 64;

    private final byte[] data;
    private final String name;
    private final int start;
    private final int end;
    private long looks;

    // Of the value looked at last.
    private int type;
    private int size;
    private int body;
    private int after;

    /// @param start where the values begin, from which pointers count
    /// @param end where they end
    MaxMindValues(byte[] data, String name, int start, int end) {
        this.data = data;
        this.name = name;
        this.start = start;
        this.end = end;
        this.looks = LOOKS_PER_OCTET * data.length;
    }

    private MalformedInputException bad(int at, String reason) {
        return new MalformedInputException(name, at, "value", reason);
    }

    /// The value under a key of a map.
    ///
    /// @param map its place, counted from the first value
    /// @return its place, empty if there is no such key or if that is no map
    OptionalInt find(int map, String key) throws MalformedInputException {
        if (map < 0 || map >= end - start) {
            throw bad(start, "offset " + map + " lies outside");
        }
        follow(start + map);
        if (type != MAP) {
            return OptionalInt.empty();
        }
        int pairs = size;
        int at = body;
        for (int i = 0; i < pairs; i++) {
            look(at);
            int behindKey = after;
            boolean same = isText(at, key);
            if (same) {
                return OptionalInt.of(behindKey - start);
            }
            at = skip(behindKey, 0);
        }
        return OptionalInt.empty();
    }

    /// The text at a place, empty if it is something else.
    String text(int at) throws MalformedInputException {
        follow(start + at);
        return type == TEXT ? new String(data, body, size, StandardCharsets.UTF_8) : "";
    }

    boolean isTrue(int at) throws MalformedInputException {
        follow(start + at);
        return type == BOOLEAN && size == 1;
    }

    /// An unsigned number of up to 32 bits, -1 if it is something else.
    long number(int at) throws MalformedInputException {
        follow(start + at);
        if (type != 5 && type != 6 && type != 9 || size > 4) {
            return -1;
        }
        return bytes(body, size);
    }

    private boolean isText(int at, String wanted) throws MalformedInputException {
        follow(at);
        if (type != TEXT) {
            throw bad(at, "a key is no text");
        }
        if (size != wanted.length()) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (data[body + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Looks at a value, or at what it points to.
    private void follow(int at) throws MalformedInputException {
        look(at);
        if (type == POINTER) {
            look(start + body);
            if (type == POINTER) {
                throw bad(at, "points to a pointer");
            }
        }
    }

    /// The place behind a value.
    private int skip(int at, int depth) throws MalformedInputException {
        if (depth > MAX_DEPTH) {
            throw bad(at, "is nested too deep");
        }
        look(at);
        if (type != MAP && type != ARRAY) {
            return after;
        }
        boolean map = type == MAP;
        int inside = size;
        int next = body;
        for (int i = 0; i < inside; i++) {
            if (map) {
                next = skip(next, depth + 1);
            }
            next = skip(next, depth + 1);
        }
        return next;
    }

    /// Reads type and size of the value at a place. Of a pointer `body` is where it leads, counted
    /// from the first value.
    private void look(int at) throws MalformedInputException {
        if (--looks < 0) {
            throw bad(at, "is looked at too often");
        }
        int control = octet(at);
        int next = at + 1;
        type = control >>> 5;
        int low = control & 0x1F;
        if (type == POINTER) {
            pointer(next, low);
            return;
        }
        if (type == 0) {
            type = octet(next++) + 7;
            if (type < 8 || type > FLOAT || type == END) {
                throw bad(at, "type " + type + " is unknown");
            }
        }
        int more = Math.max(0, low - 28);
        size = low;
        if (more > 0) {
            long base = more == 1 ? 29 : more == 2 ? 285 : 65_821;
            size = (int) (base + bytes(next, more));
        }
        body = next + more;
        boolean holdsOctets = type != MAP && type != ARRAY && type != BOOLEAN;
        if (type == DOUBLE && size != 8 || type == FLOAT && size != 4) {
            throw bad(at, "size " + size + " is wrong");
        }
        if (holdsOctets && size > end - body) {
            throw bad(at, "ends too early");
        }
        after = body + (holdsOctets ? size : 0);
    }

    private void pointer(int at, int low) throws MalformedInputException {
        int octets = (low >>> 3) + 1;
        long value = bytes(at, octets);
        if (octets < 4) {
            value |= (long) (low & 7) << octets * 8;
        }
        value += octets == 2 ? 2048 : octets == 3 ? 526_336 : 0;
        if (value >= end - start) {
            throw bad(at - 1, "points outside");
        }
        body = (int) value;
        size = 0;
        after = at + octets;
    }

    private int octet(int at) throws MalformedInputException {
        if (at < start || at >= end) {
            throw bad(at, "ends too early");
        }
        return data[at] & 0xFF;
    }

    private long bytes(int at, int n) throws MalformedInputException {
        long value = 0;
        for (int i = 0; i < n; i++) {
            value = value << 8 | octet(at + i);
        }
        return value;
    }
}
