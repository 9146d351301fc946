/// `rwstats`: prints the largest or smallest bins, or how packets and octets of flows are
/// distributed.
@NullMarked
package dev.rearview.tools.rwstats;

import org.jspecify.annotations.NullMarked;
