/// The command rwfileinfo.
@NullMarked
package dev.rearview.tools.rwfileinfo;

import org.jspecify.annotations.NullMarked;
