/// The query engine: operators over batches of flows. No options, no printing.
@NullMarked
package dev.rearview.engine;

import org.jspecify.annotations.NullMarked;
