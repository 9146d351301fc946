package dev.rearview.tools.rwpcut;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A column of rwpcut.
enum PacketField {
    TIME(26),
    SIP(15),
    DIP(15),
    SPORT(5),
    DPORT(5),
    PROTO(5),
    FLAGS(8),
    PAYHEX(0),
    PAYASCII(0);

    /// Characters of a time and of an address that are printed as numbers.
    static final int EPOCH_WIDTH = 17;

    static final int INTEGER_WIDTH = 10;

    private final int width;

    PacketField(int width) {
        this.width = width;
    }

    /// Characters that its column has, 0 where it has as many as it needs.
    int width() {
        return width;
    }

    /// Its title, by which it is asked for.
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> titles() {
        return Arrays.stream(values()).map(PacketField::title).toList();
    }
}
