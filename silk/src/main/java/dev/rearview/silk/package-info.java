/// SiLK's binary files: headers, compression framing, flow records in every layout, IP sets and
/// prefix maps.
@NullMarked
package dev.rearview.silk;

import org.jspecify.annotations.NullMarked;
