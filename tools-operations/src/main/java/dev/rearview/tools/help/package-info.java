/// `rearview help`: what commands there are, and the switches of one.
@NullMarked
package dev.rearview.tools.help;

import org.jspecify.annotations.NullMarked;
