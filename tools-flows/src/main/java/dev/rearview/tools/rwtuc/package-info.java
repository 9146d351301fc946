/// `rwtuc`: makes flows of text in columns.
@NullMarked
package dev.rearview.tools.rwtuc;

import org.jspecify.annotations.NullMarked;
