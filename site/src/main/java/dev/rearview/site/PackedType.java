package dev.rearview.site;

import java.util.Locale;

/// The types that packing logics give to flows.
public enum PackedType {
    IN,
    OUT,
    INWEB,
    OUTWEB,
    INNULL,
    OUTNULL,
    INT2INT,
    EXT2EXT,
    OTHER;

    private final String type = name().toLowerCase(Locale.ROOT);

    /// Its name in silk.conf.
    public String type() {
        return type;
    }
}
