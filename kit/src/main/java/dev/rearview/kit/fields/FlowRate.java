package dev.rearview.kit.fields;

import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.text.Numbers;
import java.util.List;

/// The quantities of SiLK's flowrate plug-in: payload and rates.
public final class FlowRate {
    public static final int DEFAULT_ZERO_DURATION_US = 400;

    private FlowRate() {}

    /// Octets of payload, assuming headers without options.
    public static long payload(long protocol, boolean v6, long packets, long bytes) {
        int overhead = (v6 ? 40 : 20) + (protocol == 6 ? 20 : protocol == 17 ? 8 : 0);
        return Math.max(0, bytes - packets * overhead);
    }

    /// What is divided by the duration, or by the packets.
    public enum Rate {
        PACKETS_PER_SECOND("pckts/sec"),
        BYTES_PER_SECOND("bytes/sec"),
        BYTES_PER_PACKET("bytes/packet"),
        PAYLOAD_BYTES("payload-bytes"),
        PAYLOAD_RATE("payload-rate");

        private final String title;

        Rate(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }

        /// The value for sums over one or more flows.
        ///
        /// @param seconds total duration, above 0
        public double of(long packets, long bytes, long payload, double seconds) {
            return switch (this) {
                case PACKETS_PER_SECOND -> packets / seconds;
                case BYTES_PER_SECOND -> bytes / seconds;
                case BYTES_PER_PACKET -> (double) bytes / packets;
                case PAYLOAD_BYTES -> payload;
                case PAYLOAD_RATE -> payload / seconds;
            };
        }

        /// Appends a value: whole for payload bytes, three decimals for rates.
        public void print(double value, StringBuilder out) {
            if (this == PAYLOAD_BYTES) {
                out.append((long) value);
            } else {
                out.append(Numbers.fixed(value, 3));
            }
        }
    }

    static List<PrintField> fields(int zeroUs) {
        return java.util.Arrays.stream(Rate.values())
                .map(rate -> (PrintField) new RateField(rate, zeroUs))
                .toList();
    }

    /// Payload octets of one row.
    public static long payload(FlowBatch batch, int row) {
        return payload(
                batch.values(Field.PROTOCOL)[row],
                (batch.values(Field.ATTRIBUTES)[row] & Attributes.IPV6) != 0,
                batch.values(Field.PACKETS)[row],
                batch.values(Field.BYTES)[row]);
    }

    /// One rate of one row.
    public static double rate(Rate rate, FlowBatch batch, int row, int zeroUs) {
        long durationMs = batch.values(Field.DURATION)[row] / 1000;
        return rate.of(
                batch.values(Field.PACKETS)[row],
                batch.values(Field.BYTES)[row],
                payload(batch, row),
                durationMs == 0 ? zeroUs / 1e6 : durationMs / 1e3);
    }

    private static final class RateField extends PrintField {
        private final Rate rate;
        private final int zeroUs;

        RateField(Rate rate, int zeroUs) {
            super(0, rate.title());
            this.rate = rate;
            this.zeroUs = zeroUs;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = Double.doubleToLongBits(rate(rate, batch, i, zeroUs));
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 15;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            rate.print(Double.longBitsToDouble(hi), out);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }

        @Override
        public int countWidth(FieldStyle style) {
            return width(style);
        }
    }
}
