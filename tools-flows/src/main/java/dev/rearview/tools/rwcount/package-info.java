/// The command rwcount.
@NullMarked
package dev.rearview.tools.rwcount;

import org.jspecify.annotations.NullMarked;
