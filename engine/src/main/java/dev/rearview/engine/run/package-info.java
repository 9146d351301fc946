/// Runs plans.
@NullMarked
package dev.rearview.engine.run;

import org.jspecify.annotations.NullMarked;
