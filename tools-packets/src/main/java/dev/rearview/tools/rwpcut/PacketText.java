package dev.rearview.tools.rwpcut;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Numbers;
import dev.rearview.text.TimeFormat;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/// Prints packets in columns.
final class PacketText {
    private static final HexFormat HEX = HexFormat.of();

    private final List<PacketField> fields;
    private final String delimiter;
    private final boolean isColumnar;
    private final boolean isEpoch;
    private final boolean isInteger;
    private final IpFormat addresses;
    private final StringBuilder cell = new StringBuilder();
    private final StringBuilder line = new StringBuilder();

    /// How columns look.
    ///
    /// @param isEpoch whether times are seconds since 1970
    /// @param isInteger whether addresses are numbers
    /// @param isPadded whether the numbers of an address have three digits
    record Look(
            String delimiter,
            boolean isColumnar,
            boolean isEpoch,
            boolean isInteger,
            boolean isPadded) {}

    PacketText(List<PacketField> fields, Look look) {
        this.fields = fields;
        this.delimiter = look.delimiter;
        this.isColumnar = look.isColumnar;
        this.isEpoch = look.isEpoch;
        this.isInteger = look.isInteger;
        this.addresses = look.isPadded ? IpFormat.CANONICAL.padded() : IpFormat.CANONICAL;
    }

    /// The line of titles.
    String titles() {
        line.setLength(0);
        for (PacketField f : fields) {
            cell.setLength(0);
            cell.append(f.title());
            column(f);
        }
        return line.append('\n').toString();
    }

    /// The line of a packet.
    ///
    /// @param packet from its IP header on
    String row(FlowRecord r, ByteBuffer packet) {
        line.setLength(0);
        for (PacketField f : fields) {
            cell.setLength(0);
            switch (f) {
                case TIME -> time(r.stime);
                case SIP -> address(r.sipHi, r.sipLo);
                case DIP -> address(r.dipHi, r.dipLo);
                case SPORT -> cell.append(r.sport);
                case DPORT -> cell.append(r.protocol == Protocols.ICMP ? 0 : r.dport);
                case PROTO -> cell.append(r.protocol);
                case FLAGS -> FlagText.flags(r.flags, true, cell);
                case PAYHEX -> hex(packet);
                case PAYASCII -> ascii(packet);
            }
            column(f);
        }
        return line.append('\n').toString();
    }

    private void column(PacketField f) {
        int width =
                switch (f) {
                    case TIME -> isEpoch ? PacketField.EPOCH_WIDTH : f.width();
                    case SIP, DIP -> isInteger ? PacketField.INTEGER_WIDTH : f.width();
                    default -> f.width();
                };
        if (isColumnar && cell.length() < width) {
            line.repeat(' ', width - cell.length());
        }
        line.append(cell).append(delimiter);
    }

    private void time(long us) {
        long seconds = Math.floorDiv(us, 1_000_000L);
        if (isEpoch) {
            cell.append(seconds);
        } else {
            TimeFormat.ISO.format(seconds * 1000, cell);
        }
        cell.append('.');
        Numbers.digits(Math.floorMod(us, 1_000_000L), 6, cell);
    }

    private void address(long hi, long lo) {
        if (isInteger) {
            cell.append(lo & 0xFFFF_FFFFL);
        } else {
            addresses.format(hi, lo, false, cell);
        }
    }

    private void hex(ByteBuffer packet) {
        for (int i = packet.position(); i < packet.limit(); i++) {
            HEX.toHexDigits(cell, packet.get(i));
        }
    }

    private void ascii(ByteBuffer packet) {
        for (int i = packet.position(); i < packet.limit(); i++) {
            int c = packet.get(i) & 0xFF;
            cell.append(c > ' ' && c < 0x7F ? (char) c : '.');
        }
    }
}
