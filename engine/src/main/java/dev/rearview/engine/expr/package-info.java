/// What is asked of flows, as data: expressions, predicates, aggregates, and the registry of fields
/// that people name. Nothing here opens a file or looks at a flow; `filter` makes kernels of it.
@NullMarked
package dev.rearview.engine.expr;

import org.jspecify.annotations.NullMarked;
