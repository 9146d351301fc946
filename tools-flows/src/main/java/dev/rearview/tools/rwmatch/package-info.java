/// The command rwmatch.
@NullMarked
package dev.rearview.tools.rwmatch;

import org.jspecify.annotations.NullMarked;
