/// The command rwfilter.
@NullMarked
package dev.rearview.tools.rwfilter;

import org.jspecify.annotations.NullMarked;
