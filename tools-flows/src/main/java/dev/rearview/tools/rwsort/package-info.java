/// `rwsort`: sorts flows by fields.
@NullMarked
package dev.rearview.tools.rwsort;

import org.jspecify.annotations.NullMarked;
