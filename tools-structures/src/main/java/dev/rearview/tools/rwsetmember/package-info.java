/// The command rwset.
@NullMarked
package dev.rearview.tools.rwsetmember;

import org.jspecify.annotations.NullMarked;
