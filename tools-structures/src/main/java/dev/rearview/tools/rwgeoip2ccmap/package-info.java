/// `rwgeoip2ccmap`: makes a prefix map of country codes from what others publish: GeoIP2, GeoLite2,
/// GeoIP Legacy, CSV.
@NullMarked
package dev.rearview.tools.rwgeoip2ccmap;

import org.jspecify.annotations.NullMarked;
