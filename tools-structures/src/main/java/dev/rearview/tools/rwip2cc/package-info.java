/// The command rwip2cc.
@NullMarked
package dev.rearview.tools.rwip2cc;

import org.jspecify.annotations.NullMarked;
