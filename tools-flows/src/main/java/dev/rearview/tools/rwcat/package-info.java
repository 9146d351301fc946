/// `rwcat`: puts the flows of several files behind each other.
@NullMarked
package dev.rearview.tools.rwcat;

import org.jspecify.annotations.NullMarked;
