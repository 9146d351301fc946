/// `rwgroup`: numbers groups of flows in their next hop.
@NullMarked
package dev.rearview.tools.rwgroup;

import org.jspecify.annotations.NullMarked;
