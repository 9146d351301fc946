/// The command rwstats.
@NullMarked
package dev.rearview.tools.rwstats;

import org.jspecify.annotations.NullMarked;
