package dev.rearview.tools.nfdump.filter;

import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.tools.nfdump.filter.Lexer.Kind;
import dev.rearview.tools.nfdump.filter.Lexer.Token;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Addresses and networks of filters.
final class Addresses {
    private Addresses() {}

    /// The address that a word is, or those of the host that it names.
    static List<IpRange> host(Token t) {
        if (t.kind() != Kind.WORD) {
            throw new FilterException(t.column(), "expected an address, not " + t);
        }
        boolean isName = t.text().indexOf(':') < 0 && !Character.isDigit(t.text().charAt(0));
        if (isName) {
            return resolved(t);
        }
        return List.of(IpRange.of(parse(t, t.text())));
    }

    private static Ip parse(Token t, String text) {
        try {
            return IpText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new FilterException(t.column(), "expected an address, not " + t);
        }
    }

    private static List<IpRange> resolved(Token t) {
        List<IpRange> out = new ArrayList<>();
        try {
            for (InetAddress a : InetAddress.getAllByName(t.text())) {
                ByteBuffer octets = ByteBuffer.wrap(a.getAddress());
                out.add(
                        IpRange.of(
                                octets.capacity() == 4
                                        ? Ip.v4(octets.getInt())
                                        : Ip.v6(octets.getLong(), octets.getLong())));
            }
        } catch (UnknownHostException e) {
            throw new FilterException(t.column(), "no address is known of " + t);
        }
        return union(out);
    }

    /// A network as address and number of bits; octets of IPv4 that are 0 may be left out.
    static IpRange network(Token t) {
        int slash = t.text().indexOf('/');
        if (slash < 0) {
            throw new FilterException(
                    t.column(), "expected a network, such as 10.0.0.0/8, not " + t);
        }
        StringBuilder address = new StringBuilder(t.text().substring(0, slash));
        if (address.indexOf(":") < 0) {
            for (long dots = address.chars().filter(c -> c == '.').count(); dots < 3; dots++) {
                address.append(".0");
            }
        }
        Ip ip = parse(t, address.toString());
        try {
            int bits =
                    (int)
                            IpText.parseUnsigned(
                                    t.text().substring(slash + 1), ip.v6() ? 128 : 32, "bits");
            return IpRange.block(ip, bits);
        } catch (IllegalArgumentException e) {
            throw new FilterException(t.column(), String.valueOf(e.getMessage()));
        }
    }

    /// A network of IPv4 as address and mask.
    static IpRange masked(Token t, Token mask) {
        Ip ip = parse(t, t.text());
        Ip m = parse(mask, mask.text());
        int ones = Integer.bitCount(m.bits());
        if (ip.v6() || m.v6() || Integer.numberOfLeadingZeros(~m.bits()) != ones) {
            throw new FilterException(mask.column(), "expected a mask, such as 255.0.0.0");
        }
        return IpRange.block(ip, ones);
    }

    /// The same addresses as ascending ranges that do not overlap.
    static List<IpRange> union(List<IpRange> ranges) {
        List<IpRange> sorted = new ArrayList<>(ranges);
        sorted.sort((a, b) -> Ip.compare(a.loHi(), a.loLo(), b.loHi(), b.loLo()));
        List<IpRange> out = new ArrayList<>();
        for (IpRange r : sorted) {
            IpRange last = out.isEmpty() ? null : out.getLast();
            if (last == null || Ip.compare(r.loHi(), r.loLo(), last.hiHi(), last.hiLo()) > 0) {
                out.add(r);
            } else if (Ip.compare(r.hiHi(), r.hiLo(), last.hiHi(), last.hiLo()) > 0) {
                out.set(
                        out.size() - 1,
                        new IpRange(last.loHi(), last.loLo(), r.hiHi(), r.hiLo(), last.v6()));
            }
        }
        return out;
    }
}
