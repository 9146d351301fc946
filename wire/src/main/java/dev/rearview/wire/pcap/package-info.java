/// Capture files: pcap and pcapng.
@NullMarked
package dev.rearview.wire.pcap;

import org.jspecify.annotations.NullMarked;
