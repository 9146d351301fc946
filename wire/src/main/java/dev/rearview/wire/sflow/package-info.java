/// sFlow version 5.
@NullMarked
package dev.rearview.wire.sflow;

import org.jspecify.annotations.NullMarked;
