package dev.rearview.model;

/// The distinct values of a coded column of integers, ascending.
public interface LongDictionary {
    int size();

    /// The value of a code, 0 to `size() - 1`.
    long get(int code);
}
