/// `rwpcut`: prints the packets of captures.
@NullMarked
package dev.rearview.tools.rwpcut;

import org.jspecify.annotations.NullMarked;
