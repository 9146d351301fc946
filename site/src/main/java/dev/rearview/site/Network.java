package dev.rearview.site;

/// The networks that packing logics tell apart.
public enum Network {
    NULL("null"),
    EXTERNAL("external"),
    INTERNAL("internal");

    private final String keyword;

    Network(String keyword) {
        this.keyword = keyword;
    }

    public String keyword() {
        return keyword;
    }
}
