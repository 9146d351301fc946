/// `rwscan`: finds sources that scan.
@NullMarked
package dev.rearview.tools.rwscan;

import org.jspecify.annotations.NullMarked;
