/// Commands that other commands run.
@NullMarked
package dev.rearview.tools.called;

import org.jspecify.annotations.NullMarked;
