/// Predicates over batches.
@NullMarked
package dev.rearview.engine.filter;

import org.jspecify.annotations.NullMarked;
