package dev.rearview.tools.nfdump.filter;

/// A filter that cannot be understood, or asks for what flow records do not have.
public final class FilterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param column of the filter, from 1 on
    public FilterException(int column, String reason) {
        super("filter, column " + column + ": " + reason);
    }
}
