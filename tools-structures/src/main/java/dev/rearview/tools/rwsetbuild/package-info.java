/// The command rwsetbuild.
@NullMarked
package dev.rearview.tools.rwsetbuild;

import org.jspecify.annotations.NullMarked;
