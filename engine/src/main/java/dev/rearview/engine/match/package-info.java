/// Relates flows to each other: of two streams, and those that follow each other in one.
@NullMarked
package dev.rearview.engine.match;

import org.jspecify.annotations.NullMarked;
