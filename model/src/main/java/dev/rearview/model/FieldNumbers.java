package dev.rearview.model;

/// The ordinals of fields, which are constants to the compiler where an enum's are not: for loops
/// that go over all columns for each flow.
public final class FieldNumbers {
    public static final int SIP = Field.SIP.ordinal();
    public static final int DIP = Field.DIP.ordinal();
    public static final int NHIP = Field.NHIP.ordinal();
    public static final int STIME = Field.STIME.ordinal();
    public static final int DURATION = Field.DURATION.ordinal();
    public static final int PACKETS = Field.PACKETS.ordinal();
    public static final int BYTES = Field.BYTES.ordinal();
    public static final int SPORT = Field.SPORT.ordinal();
    public static final int DPORT = Field.DPORT.ordinal();
    public static final int APPLICATION = Field.APPLICATION.ordinal();
    public static final int MEMO = Field.MEMO.ordinal();
    public static final int PROTOCOL = Field.PROTOCOL.ordinal();
    public static final int FLAGS = Field.FLAGS.ordinal();
    public static final int INITIAL_FLAGS = Field.INITIAL_FLAGS.ordinal();
    public static final int SESSION_FLAGS = Field.SESSION_FLAGS.ordinal();
    public static final int ATTRIBUTES = Field.ATTRIBUTES.ordinal();
    public static final int FLOWTYPE = Field.FLOWTYPE.ordinal();
    public static final int SENSOR = Field.SENSOR.ordinal();
    public static final int INPUT = Field.INPUT.ordinal();
    public static final int OUTPUT = Field.OUTPUT.ordinal();
    public static final int SAMPLING = Field.SAMPLING.ordinal();

    // Behind them the upper words of addresses, whose fields' numbers are those of the lower words.
    public static final int UPPER_SIP = Field.count();
    public static final int UPPER_DIP = UPPER_SIP + 1;
    public static final int UPPER_NHIP = UPPER_SIP + 2;

    /// How many numbers a flow is.
    public static final int NUMBERS = UPPER_SIP + 3;

    private FieldNumbers() {}

    /// The number of an address's upper word.
    public static int upper(Field address) {
        return switch (address) {
            case SIP -> UPPER_SIP;
            case DIP -> UPPER_DIP;
            case NHIP -> UPPER_NHIP;
            default -> throw new IllegalArgumentException("no address: " + address);
        };
    }
}
