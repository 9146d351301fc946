package dev.rearview.silk;

import dev.rearview.text.Names;
import java.util.List;
import java.util.Locale;

/// Compression methods of SiLK files.
public enum Compression {
    NONE(0),
    ZLIB(1),
    LZO1X(2),
    SNAPPY(3);

    /// Names that the command line takes, `best` being lzo1x where the output can be sought.
    public static final List<String> NAMES = List.of("best", "lzo1x", "none", "snappy", "zlib");

    private final int id;

    Compression(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /// The method of a header's number, or an exception naming it.
    public static Compression of(int id) {
        for (Compression c : values()) {
            if (c.id == id) {
                return c;
            }
        }
        throw new IllegalArgumentException("unknown compression method " + id);
    }

    /// Name of a method number as SiLK prints it.
    public static String nameOf(int id) {
        for (Compression c : values()) {
            if (c.id == id) {
                return c.name().toLowerCase(Locale.ROOT);
            }
        }
        return Integer.toString(id);
    }

    /// Resolves a name given by the user.
    ///
    /// @param seekable whether the output is a file, so that `best` compresses
    public static Compression parse(String name, boolean seekable) {
        String full = Names.unique(name.toLowerCase(Locale.ROOT), NAMES, "compression method");
        return switch (full) {
            case "best" -> seekable ? LZO1X : NONE;
            case "lzo1x" -> LZO1X;
            case "snappy" -> SNAPPY;
            case "zlib" -> ZLIB;
            default -> NONE;
        };
    }
}
