package dev.rearview.model;

import java.io.IOException;

/// Input that breaks its format: says which source, where, which part and why.
public class MalformedInputException extends IOException {
    private static final long serialVersionUID = 1;

    private final long offset;

    /// @param offset octets from the start of the source, or -1 where that is not known
    public MalformedInputException(String source, long offset, String field, String reason) {
        super(
                source
                        + (offset >= 0 ? ": offset " + offset : "")
                        + (field.isEmpty() ? "" : ": " + field)
                        + ": "
                        + reason);
        this.offset = offset;
    }

    public long offset() {
        return offset;
    }
}
