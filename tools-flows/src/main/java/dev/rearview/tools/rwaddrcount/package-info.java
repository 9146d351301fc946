/// `rwaddrcount`: counts flows by address.
@NullMarked
package dev.rearview.tools.rwaddrcount;

import org.jspecify.annotations.NullMarked;
