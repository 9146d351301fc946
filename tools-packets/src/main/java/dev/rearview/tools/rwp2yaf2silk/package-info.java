/// `rwp2yaf2silk`: makes flows of captures.
@NullMarked
package dev.rearview.tools.rwp2yaf2silk;

import org.jspecify.annotations.NullMarked;
