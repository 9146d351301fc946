package dev.rearview.kit.fields;

import dev.rearview.site.Site;
import dev.rearview.text.IpFormat;
import dev.rearview.text.TimeFormat;

/// How values of fields are printed in one run.
///
/// @param padded whether flags are filled with blanks
public record FieldStyle(
        Site site,
        TimeFormat time,
        Addresses addresses,
        boolean integerSensors,
        boolean integerFlags,
        boolean padded) {
    /// How addresses are printed.
    ///
    /// @param withIpv6 whether columns must have room for IPv6
    public record Addresses(IpFormat format, boolean withIpv6) {}

    public IpFormat ip() {
        return addresses.format();
    }

    public boolean addressWidthV6() {
        return addresses.withIpv6();
    }

    int sensorWidth() {
        return integerSensors ? 5 : site.sensorWidth();
    }

    /// Types that the site does not know print as numbers up to 255.
    private static final int UNKNOWN_TYPE_WIDTH = 3;

    int classWidth() {
        return site.classWidth();
    }

    int typeWidth() {
        return Math.max(UNKNOWN_TYPE_WIDTH, site.typeWidth());
    }
}
