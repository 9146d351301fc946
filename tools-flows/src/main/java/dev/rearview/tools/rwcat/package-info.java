/// The command rwcat.
@NullMarked
package dev.rearview.tools.rwcat;

import org.jspecify.annotations.NullMarked;
