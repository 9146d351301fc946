/// Finding sources that scan, from their flows.
@NullMarked
package dev.rearview.engine.detect;

import org.jspecify.annotations.NullMarked;
