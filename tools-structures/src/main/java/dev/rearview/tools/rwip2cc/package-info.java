/// `rwip2cc`: prints the country codes of addresses.
@NullMarked
package dev.rearview.tools.rwip2cc;

import org.jspecify.annotations.NullMarked;
