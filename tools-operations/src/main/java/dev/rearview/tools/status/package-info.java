/// `rearview status`: how a collector, its exporters and its repository are.
@NullMarked
package dev.rearview.tools.status;

import org.jspecify.annotations.NullMarked;
