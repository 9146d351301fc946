/// What a query does, as data: where its flows come from and what becomes of them on their way. A
/// plan opens nothing; files that it names are references. `run` executes it.
@NullMarked
package dev.rearview.engine.plan;

import org.jspecify.annotations.NullMarked;
