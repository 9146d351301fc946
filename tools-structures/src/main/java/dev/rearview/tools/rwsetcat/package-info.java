/// The command rwsetcat.
@NullMarked
package dev.rearview.tools.rwsetcat;

import org.jspecify.annotations.NullMarked;
