/// `rearview run` and `rearview explain`: pipelines in one process.
@NullMarked
package dev.rearview.tools.run;

import org.jspecify.annotations.NullMarked;
