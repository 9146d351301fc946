/// Synthetic traffic and exporters that speak NetFlow v5, NetFlow v9, IPFIX and sFlow, for the
/// demonstration and for tests. Sends to loopback only.
@NullMarked
package dev.rearview.traffic;

import org.jspecify.annotations.NullMarked;
