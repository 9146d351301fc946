/// `num2dot`: turns numbers in columns of text into IPv4 addresses.
@NullMarked
package dev.rearview.tools.num2dot;

import org.jspecify.annotations.NullMarked;
