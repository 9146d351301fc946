/// `rwdedupe`: leaves out flows that are there already.
@NullMarked
package dev.rearview.tools.rwdedupe;

import org.jspecify.annotations.NullMarked;
