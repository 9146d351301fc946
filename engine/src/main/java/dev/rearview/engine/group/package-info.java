/// Grouping, aggregates and time bins.
@NullMarked
package dev.rearview.engine.group;

import org.jspecify.annotations.NullMarked;
