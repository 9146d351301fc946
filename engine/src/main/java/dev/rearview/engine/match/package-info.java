/// Relates the flows of two streams.
@NullMarked
package dev.rearview.engine.match;

import org.jspecify.annotations.NullMarked;
