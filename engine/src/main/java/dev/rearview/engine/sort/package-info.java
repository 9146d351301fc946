/// Sorting of flows.
@NullMarked
package dev.rearview.engine.sort;

import org.jspecify.annotations.NullMarked;
