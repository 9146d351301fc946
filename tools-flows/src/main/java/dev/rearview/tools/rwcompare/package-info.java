/// `rwcompare`: says whether two files have the same flows.
@NullMarked
package dev.rearview.tools.rwcompare;

import org.jspecify.annotations.NullMarked;
