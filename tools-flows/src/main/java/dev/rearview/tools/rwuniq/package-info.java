/// The command rwuniq.
@NullMarked
package dev.rearview.tools.rwuniq;

import org.jspecify.annotations.NullMarked;
