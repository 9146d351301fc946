/// SiLK's binary files: headers, compression framing, and flow records in every layout.
@NullMarked
package dev.rearview.silk;

import org.jspecify.annotations.NullMarked;
