/// The hours of a repository: their rows in memory, their segments, the manifests that name these,
/// merging and repair.
@NullMarked
package dev.rearview.store.hour;

import org.jspecify.annotations.NullMarked;
