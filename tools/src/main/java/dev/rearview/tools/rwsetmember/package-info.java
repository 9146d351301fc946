/// `rwsetmember`: which IP sets hold an address.
@NullMarked
package dev.rearview.tools.rwsetmember;

import org.jspecify.annotations.NullMarked;
