/// The command rwset.
@NullMarked
package dev.rearview.tools.rwnetmask;

import org.jspecify.annotations.NullMarked;
