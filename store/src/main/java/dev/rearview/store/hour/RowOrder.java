package dev.rearview.store.hour;

/// Which rows of flows, in what order.
///
/// @param numbers of rows less `first`, below `most`; those from `from` on count
/// @param rows how many
record RowOrder(int[] numbers, int most, int first, int from, int rows) {
    /// The number of row `i`.
    int row(int i) {
        return first + numbers[from + i];
    }
}
