/// The command rwset.
@NullMarked
package dev.rearview.tools.rwcompare;

import org.jspecify.annotations.NullMarked;
