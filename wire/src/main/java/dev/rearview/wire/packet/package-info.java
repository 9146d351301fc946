/// Headers of captured packets.
@NullMarked
package dev.rearview.wire.packet;

import org.jspecify.annotations.NullMarked;
