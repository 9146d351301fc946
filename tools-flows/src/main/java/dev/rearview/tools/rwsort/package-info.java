/// The command rwsort.
@NullMarked
package dev.rearview.tools.rwsort;

import org.jspecify.annotations.NullMarked;
