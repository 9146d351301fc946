/// `rwnetmask`: addresses of flow records cut down to prefixes.
@NullMarked
package dev.rearview.tools.rwnetmask;

import org.jspecify.annotations.NullMarked;
