/// `rwpdedupe`: merges captures without the packets that several of them have.
@NullMarked
package dev.rearview.tools.rwpdedupe;

import org.jspecify.annotations.NullMarked;
