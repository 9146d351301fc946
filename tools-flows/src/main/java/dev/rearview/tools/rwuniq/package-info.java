/// `rwuniq`: bins flows by a key and prints the volume of each bin.
@NullMarked
package dev.rearview.tools.rwuniq;

import org.jspecify.annotations.NullMarked;
