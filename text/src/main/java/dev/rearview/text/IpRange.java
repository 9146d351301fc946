package dev.rearview.text;

import dev.rearview.model.Ip;
import java.util.ArrayList;
import java.util.List;

/// An inclusive range of addresses in the mapped 128-bit space.
///
/// @param v6 whether it was written as IPv6
public record IpRange(long loHi, long loLo, long hiHi, long hiLo, boolean v6) {
    public static IpRange of(Ip ip) {
        return new IpRange(ip.hi(), ip.lo(), ip.hi(), ip.lo(), ip.v6());
    }

    /// The block of `length` leading bits (1 to 32 for IPv4, 1 to 128 for IPv6) around `ip`.
    public static IpRange block(Ip ip, int length) {
        int bits = ip.v6() ? length : length + 96;
        long maskHi = Ip.maskHi(bits);
        long maskLo = Ip.maskLo(bits);
        return new IpRange(
                ip.hi() & maskHi, ip.lo() & maskLo, ip.hi() | ~maskHi, ip.lo() | ~maskLo, ip.v6());
    }

    /// Parses `ADDRESS` or `ADDRESS/LENGTH`; a length of 0 is refused as SiLK does.
    public static IpRange parse(String text) {
        String s = text.strip();
        int slash = s.indexOf('/');
        if (slash < 0) {
            return of(IpText.parse(s));
        }
        Ip ip = IpText.parse(s.substring(0, slash));
        int max = ip.v6() ? 128 : 32;
        long length = IpText.parseDigits(s.substring(slash + 1), max, "prefix length");
        if (length == 0) {
            throw new IllegalArgumentException("'" + s + "' has a prefix length of 0");
        }
        return block(ip, (int) length);
    }

    /// Parses a comma list of addresses and CIDR blocks; blanks around items and empty items are
    /// skipped.
    public static List<IpRange> parseList(String text) {
        List<IpRange> ranges = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            if (!item.isBlank()) {
                if (item.strip().startsWith("+")) {
                    throw new IllegalArgumentException("'" + item + "' is not an IPv4 address");
                }
                ranges.add(parse(item));
            }
        }
        return ranges;
    }

    /// Hands out its addresses, ascending.
    public <E extends Exception> void forEach(Ip.AddressConsumer<E> out) throws E {
        Ip.forEach(loHi, loLo, hiHi, hiLo, out);
    }

    public boolean contains(long hi, long lo) {
        return Ip.compare(hi, lo, loHi, loLo) >= 0 && Ip.compare(hi, lo, hiHi, hiLo) <= 0;
    }
}
