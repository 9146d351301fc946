/// `rearview install` and `rearview uninstall`: the product below a directory of the system, and
/// what was put there taken away again.
@NullMarked
package dev.rearview.tools.install;

import org.jspecify.annotations.NullMarked;
