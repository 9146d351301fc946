/// Directories whose files are read as they come, and put away.
@NullMarked
package dev.rearview.collector.polling;

import org.jspecify.annotations.NullMarked;
