/// The command rwgeoip2ccmap.
@NullMarked
package dev.rearview.tools.rwgeoip2ccmap;

import org.jspecify.annotations.NullMarked;
