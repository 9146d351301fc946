/// Pipelines in one process.
@NullMarked
package dev.rearview.tools.run;

import org.jspecify.annotations.NullMarked;
