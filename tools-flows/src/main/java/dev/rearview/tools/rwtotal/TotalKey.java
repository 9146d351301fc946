package dev.rearview.tools.rwtotal;

import dev.rearview.engine.expr.Expr;
import dev.rearview.model.Field;
import dev.rearview.text.Names;
import java.util.Locale;

/// What `rwtotal` counts by: a number below 2^24, above which all counts as the largest.
enum TotalKey {
    SIP_FIRST_8("sIP_First8", Field.SIP, 24, 8),
    SIP_FIRST_16("sIP_First16", Field.SIP, 16, 16),
    SIP_FIRST_24("sIP_First24", Field.SIP, 8, 24),
    SIP_LAST_8("sIP_Last8", Field.SIP, 0, 8),
    SIP_LAST_16("sIP_Last16", Field.SIP, 0, 16),
    DIP_FIRST_8("dIP_First8", Field.DIP, 24, 8),
    DIP_FIRST_16("dIP_First16", Field.DIP, 16, 16),
    DIP_FIRST_24("dIP_First24", Field.DIP, 8, 24),
    DIP_LAST_8("dIP_Last8", Field.DIP, 0, 8),
    DIP_LAST_16("dIP_Last16", Field.DIP, 0, 16),
    SPORT("sPort", Field.SPORT, 0, 16),
    DPORT("dPort", Field.DPORT, 0, 16),
    PROTO("protocol", Field.PROTOCOL, 0, 8),
    PACKETS("packets", Field.PACKETS, 0, 24),
    BYTES("bytes", Field.BYTES, 0, 24),
    DURATION("elapsed", Field.DURATION, 0, 24),
    ICMP_CODE("icmpTypeCod", Field.DPORT, 0, 16);

    private static final long US_PER_SECOND = 1_000_000;

    /// Longer flows have rows of their own, but not the durations between them.
    private static final long DURATION_ROWS = 4096;

    private final String title;
    private final Field field;
    private final int shift;
    private final int bits;

    /// @param shift bits on the right of an address that do not count
    /// @param bits how many then do
    TotalKey(String title, Field field, int shift, int bits) {
        this.title = title;
        this.field = field;
        this.shift = shift;
        this.bits = bits;
    }

    String title() {
        return title;
    }

    String option() {
        return Names.word(this);
    }

    String help() {
        if (!isAddress()) {
            return switch (this) {
                case ICMP_CODE -> "ICMP type and code, whatever the protocol";
                case DURATION -> "duration in seconds";
                default -> title + (this == PACKETS || this == BYTES ? " of a flow" : "");
            };
        }
        return (shift > 0 || bits == 24 ? "the first " : "the last ")
                + bits
                + " bits of the "
                + (field == Field.SIP ? "source" : "destination")
                + " address";
    }

    boolean isAddress() {
        return field.isAddress();
    }

    boolean isNumber() {
        return this != ICMP_CODE && (!isAddress() || bits == 8);
    }

    /// How many values there are.
    long bins() {
        return 1L << bits;
    }

    /// How many values have a row even without flows: the lowest ones.
    long rows() {
        return this == DURATION ? DURATION_ROWS : bins();
    }

    /// What flows are counted by.
    Expr value() {
        long most = bins() - 1;
        if (isAddress()) {
            return Expr.of(field).bits(shift, most);
        }
        Expr number = Expr.of(field);
        return new Expr.Binary(
                Expr.Operator.AT_MOST,
                this == DURATION ? number.dividedBy(US_PER_SECOND) : number,
                new Expr.Constant(most));
    }

    String text(long bin) {
        if (isNumber()) {
            return Long.toString(bin);
        }
        if (this == ICMP_CODE) {
            return String.format(Locale.ROOT, "%3d %3d", bin >>> 8, bin & 0xFF);
        }
        StringBuilder out = new StringBuilder(11);
        for (int octet = bits - 8; octet >= 0; octet -= 8) {
            long value = bin >>> octet & 0xFF;
            out.append(out.isEmpty() ? "" : ".");
            out.append(value < 10 ? "  " : value < 100 ? " " : "").append(value);
        }
        return out.toString();
    }
}
