/// The command rwset.
@NullMarked
package dev.rearview.tools.rwsettool;

import org.jspecify.annotations.NullMarked;
