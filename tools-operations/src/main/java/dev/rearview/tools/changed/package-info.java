/// `rearview changed`: what a pipeline answers of one window of time, compared with another.
@NullMarked
package dev.rearview.tools.changed;

import org.jspecify.annotations.NullMarked;
