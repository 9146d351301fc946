/// `rwsilk2ipfix`: flows as a file of IPFIX.
@NullMarked
package dev.rearview.tools.rwsilk2ipfix;

import org.jspecify.annotations.NullMarked;
