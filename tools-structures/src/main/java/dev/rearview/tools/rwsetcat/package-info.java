/// `rwsetcat`: prints the addresses of IP sets, or statistics of them.
@NullMarked
package dev.rearview.tools.rwsetcat;

import org.jspecify.annotations.NullMarked;
