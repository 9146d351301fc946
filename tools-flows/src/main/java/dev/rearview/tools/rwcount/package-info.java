/// `rwcount`: sums flows, packets and octets up by time.
@NullMarked
package dev.rearview.tools.rwcount;

import org.jspecify.annotations.NullMarked;
