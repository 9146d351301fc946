/// `rwappend`: writes flows behind those of a file.
@NullMarked
package dev.rearview.tools.rwappend;

import org.jspecify.annotations.NullMarked;
