/// Text that commands print.
@NullMarked
package dev.rearview.kit.tables;

import org.jspecify.annotations.NullMarked;
