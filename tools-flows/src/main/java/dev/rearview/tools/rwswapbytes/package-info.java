/// `rwswapbytes`: changes the byte order of a file of flows.
@NullMarked
package dev.rearview.tools.rwswapbytes;

import org.jspecify.annotations.NullMarked;
