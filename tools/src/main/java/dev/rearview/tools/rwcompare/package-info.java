/// `rwcompare`: whether two files hold the same flow records.
@NullMarked
package dev.rearview.tools.rwcompare;

import org.jspecify.annotations.NullMarked;
