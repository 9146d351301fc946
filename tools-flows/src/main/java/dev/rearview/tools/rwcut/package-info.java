/// The command rwcut.
@NullMarked
package dev.rearview.tools.rwcut;

import org.jspecify.annotations.NullMarked;
