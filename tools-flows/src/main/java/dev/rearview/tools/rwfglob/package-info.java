/// The command rwfglob.
@NullMarked
package dev.rearview.tools.rwfglob;

import org.jspecify.annotations.NullMarked;
