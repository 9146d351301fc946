/// `rwidsquery`: alerts and rules of Snort as queries of `rwfilter`.
@NullMarked
package dev.rearview.tools.rwidsquery;

import org.jspecify.annotations.NullMarked;
