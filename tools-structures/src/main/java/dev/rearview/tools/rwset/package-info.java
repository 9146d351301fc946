/// The command rwset.
@NullMarked
package dev.rearview.tools.rwset;

import org.jspecify.annotations.NullMarked;
