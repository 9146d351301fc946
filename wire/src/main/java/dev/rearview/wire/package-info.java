/// What all decoders share: cursors over hostile bytes, counters, information elements and the
/// mapping from elements to flows. Pure: bytes in, records out; no sockets, threads or clocks.
@NullMarked
package dev.rearview.wire;

import org.jspecify.annotations.NullMarked;
