package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Flows;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.text.Numbers;

/// The quantities of SiLK's flowrate plug-in for groups of flows.
public final class FlowRate {
    /// The switch that says what a duration of 0 counts as.
    public static final String ZERO_DURATION = "flowrate-zero-duration";

    /// What it does.
    public static final String ZERO_DURATION_HELP =
            "What a duration of 0 counts as in rates; default " + Flows.ZERO_DURATION_US;

    private FlowRate() {}

    /// Microseconds that a duration of 0 counts as, as the switch gives them.
    public static int zeroDurationUs(String value) {
        return (int) SwitchValues.positive(value, Integer.MAX_VALUE);
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
}
