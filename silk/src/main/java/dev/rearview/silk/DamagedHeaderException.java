package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;

/// A SiLK file whose header can be read in part: what it says is still worth showing.
public final class DamagedHeaderException extends MalformedInputException {
    private static final long serialVersionUID = 1;

    private final transient SilkHeader known;

    DamagedHeaderException(
            String source, long offset, String field, String reason, SilkHeader known) {
        super(source, offset, field, reason);
        this.known = known;
    }

    /// The header as far as it could be read.
    public SilkHeader known() {
        return known;
    }
}
