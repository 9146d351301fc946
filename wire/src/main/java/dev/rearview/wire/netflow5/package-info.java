/// NetFlow version 5.
@NullMarked
package dev.rearview.wire.netflow5;

import org.jspecify.annotations.NullMarked;
