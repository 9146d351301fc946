/// IPFIX (RFC 7011).
@NullMarked
package dev.rearview.wire.ipfix;

import org.jspecify.annotations.NullMarked;
