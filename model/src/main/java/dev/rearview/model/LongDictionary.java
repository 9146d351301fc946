package dev.rearview.model;

/// The distinct values of a coded column of integers, ascending.
public interface LongDictionary {
    int size();

    /// The value of a code, 0 to `size() - 1`.
    long get(int code);

    /// Copies all values.
    ///
    /// @param into gets the value of each code at its place
    default void copy(long[] into) {
        for (int i = 0; i < size(); i++) {
            into[i] = get(i);
        }
    }
}
