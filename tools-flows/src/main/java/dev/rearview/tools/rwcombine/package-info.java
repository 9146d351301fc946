/// `rwcombine`: makes one flow again of those that a timeout cut.
@NullMarked
package dev.rearview.tools.rwcombine;

import org.jspecify.annotations.NullMarked;
