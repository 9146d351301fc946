/// The daemon rwflowpack.
@NullMarked
package dev.rearview.tools.rwflowpack;

import org.jspecify.annotations.NullMarked;
