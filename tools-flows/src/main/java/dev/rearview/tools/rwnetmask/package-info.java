/// `rwnetmask`: cuts addresses of flows down to prefixes.
@NullMarked
package dev.rearview.tools.rwnetmask;

import org.jspecify.annotations.NullMarked;
