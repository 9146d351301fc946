/// Parquet files: row groups of flows written and read, with their page index, statistics and Bloom
/// filters. Knows nothing of repositories.
@NullMarked
package dev.rearview.store.parquet;

import org.jspecify.annotations.NullMarked;
