/// `rwfileinfo`: prints what the headers of files say, and how much they hold.
@NullMarked
package dev.rearview.tools.rwfileinfo;

import org.jspecify.annotations.NullMarked;
