/// `rwtuc`: makes flows of text such as what `rwcut` prints.
@NullMarked
package dev.rearview.tools.rwtuc;

import org.jspecify.annotations.NullMarked;
