/// Rows of words on disk, for work that does not fit in memory.
@NullMarked
package dev.rearview.engine.spill;

import org.jspecify.annotations.NullMarked;
