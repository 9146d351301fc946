package dev.rearview.tools.rwpdedupe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What two captures of one packet have in common, as a digest: the Ethernet header, and of IP the
/// addresses, the protocol and what the packet carries; routers between the two places change the
/// rest of an IP header. Of other packets everything counts. Fragments also differ by their place,
/// so that the equal parts of one datagram are no duplicates.
///
/// @param hi first half
/// @param lo second half
record PacketDigest(long hi, long lo) {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int IPV6_HEADER = 40;

    /// Makes digests.
    static final class Maker {
        private final MessageDigest sha;

        Maker() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        PacketDigest of(ByteBuffer frame) {
            ByteBuffer b = frame.duplicate().order(ByteOrder.BIG_ENDIAN);
            int type = b.limit() < ETHERNET ? 0 : b.getShort(12) & 0xFFFF;
            boolean isKnown = type == IPV4 && ipv4(b) || type == IPV6 && ipv6(b);
            if (!isKnown) {
                sha.reset();
                part(b, 0, b.limit());
            }
            ByteBuffer digest = ByteBuffer.wrap(sha.digest());
            return new PacketDigest(digest.getLong(0), digest.getLong(8));
        }

        private boolean ipv4(ByteBuffer b) {
            int first = b.limit() > ETHERNET ? b.get(ETHERNET) & 0xFF : 0;
            int header = (first & 0xF) * 4;
            if (first >>> 4 != 4 || header < 20 || b.limit() < ETHERNET + header) {
                return false;
            }
            part(b, 0, ETHERNET);
            part(b, ETHERNET + 9, 1);
            part(b, ETHERNET + 12, 8);
            if ((b.getShort(ETHERNET + 6) & 0x3FFF) != 0) {
                part(b, ETHERNET + 4, 4);
            }
            payload(b, ETHERNET + header, (b.getShort(ETHERNET + 2) & 0xFFFF) - header);
            return true;
        }

        private boolean ipv6(ByteBuffer b) {
            boolean isWhole = b.limit() >= ETHERNET + IPV6_HEADER;
            if (!isWhole || (b.get(ETHERNET) & 0xF0) != 0x60) {
                return false;
            }
            part(b, 0, ETHERNET);
            part(b, ETHERNET + 6, 1);
            part(b, ETHERNET + 8, 32);
            payload(b, ETHERNET + IPV6_HEADER, b.getShort(ETHERNET + 4) & 0xFFFF);
            return true;
        }

        /// Takes what an IP packet carries, without what Ethernet pads.
        ///
        /// @param length by the IP header; not positive where the network card cuts segments
        private void payload(ByteBuffer b, int from, int length) {
            int there = b.limit() - from;
            part(b, from, length > 0 ? Math.min(length, there) : there);
        }

        private void part(ByteBuffer b, int from, int length) {
            sha.update(b.slice(from, length));
        }
    }
}
