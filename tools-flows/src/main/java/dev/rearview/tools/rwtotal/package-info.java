/// `rwtotal`: counts flows by a part of an address or another small number.
@NullMarked
package dev.rearview.tools.rwtotal;

import org.jspecify.annotations.NullMarked;
