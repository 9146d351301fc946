/// `rwsplit`: divides flows into files of a size.
@NullMarked
package dev.rearview.tools.rwsplit;

import org.jspecify.annotations.NullMarked;
