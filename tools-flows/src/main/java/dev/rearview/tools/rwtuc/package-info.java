/// The command rwtuc.
@NullMarked
package dev.rearview.tools.rwtuc;

import org.jspecify.annotations.NullMarked;
