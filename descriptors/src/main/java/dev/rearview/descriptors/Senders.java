package dev.rearview.descriptors;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The senders of datagrams, of which those that come again are the same objects: whoever sends
/// always costs nothing more. For one thread.
public final class Senders {
    /// Places: a sender whose place another has taken is made anew.
    private static final int PLACES = 1024;

    private static final int WORDS = 4;
    private static final int AF_INET = 2;
    private static final int ADDRESS6 = 16;

    private final long[] words = new long[PLACES * WORDS];
    private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[PLACES];

    /// Who sent a datagram of an area's last call.
    public InetSocketAddress of(DatagramArea area, int index) throws IOException {
        long a = area.sender(index, 0);
        long b = area.sender(index, 1);
        long c = area.sender(index, 2);
        long d = area.sender(index, 3);
        int at = place(a, b, c);
        int first = at * WORDS;
        InetSocketAddress known = senders[at];
        if (known != null
                && words[first] == a
                && words[first + 1] == b
                && words[first + 2] == c
                && words[first + 3] == d) {
            return known;
        }
        InetSocketAddress sender = read(a, b, c, d);
        words[first] = a;
        words[first + 1] = b;
        words[first + 2] = c;
        words[first + 3] = d;
        senders[at] = sender;
        return sender;
    }

    private static int place(long a, long b, long c) {
        long h = (a ^ Long.rotateLeft(b, 21) ^ Long.rotateLeft(c, 42)) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (h >>> 54);
    }

    /// Reads an address as the kernel writes it: family, port, and then the four octets of IPv4, or
    /// label, sixteen octets and zone of IPv6.
    private static InetSocketAddress read(long a, long b, long c, long d) throws IOException {
        ByteBuffer name = ByteBuffer.allocate(WORDS * Long.BYTES).order(ByteOrder.nativeOrder());
        name.putLong(a).putLong(b).putLong(c).putLong(d).flip();
        int family = name.getShort();
        int port = name.order(ByteOrder.BIG_ENDIAN).getShort() & 0xFFFF;
        byte[] octets = new byte[family == AF_INET ? Integer.BYTES : ADDRESS6];
        if (family != AF_INET) {
            name.getInt();
        }
        name.get(octets);
        int zone = family == AF_INET ? 0 : name.order(ByteOrder.nativeOrder()).getInt();
        InetAddress host =
                zone == 0
                        ? InetAddress.getByAddress(octets)
                        : Inet6Address.getByAddress(null, octets, zone);
        return new InetSocketAddress(host, port);
    }
}
