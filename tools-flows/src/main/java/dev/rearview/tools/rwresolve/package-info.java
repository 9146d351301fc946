/// `rwresolve`: puts host names in place of addresses in columns of text.
@NullMarked
package dev.rearview.tools.rwresolve;

import org.jspecify.annotations.NullMarked;
