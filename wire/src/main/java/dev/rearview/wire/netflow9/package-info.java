/// NetFlow version 9 (RFC 3954).
@NullMarked
package dev.rearview.wire.netflow9;

import org.jspecify.annotations.NullMarked;
