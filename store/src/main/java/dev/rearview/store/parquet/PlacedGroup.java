package dev.rearview.store.parquet;

import java.util.List;

/// A row group whose pages are in the file.
///
/// @param columns in the order of [Layout#columns]
/// @param packets sum over all rows
/// @param bytes sum over all rows
/// @param byStart whether no row starts before the one above
record PlacedGroup(
        List<PlacedChunk> columns, int rows, long packets, long bytes, boolean byStart) {}
