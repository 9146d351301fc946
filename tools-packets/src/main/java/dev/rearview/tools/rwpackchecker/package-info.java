/// `rwpackchecker`: flows that nobody would expect, as a sign of damaged files.
@NullMarked
package dev.rearview.tools.rwpackchecker;

import org.jspecify.annotations.NullMarked;
