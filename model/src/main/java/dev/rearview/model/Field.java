package dev.rearview.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The registry of stored flow fields: everything known about one column, once.
///
/// `silkId` and `silkName` are those of SiLK's `--fields`; `parquet` is the column of the store's
/// schema, empty where a field is carried in memory only. Adding a field starts here.
public enum Field {
    SIP(1, "sIP", Kind.ADDRESS, "sip"),
    DIP(2, "dIP", Kind.ADDRESS, "dip"),
    SPORT(3, "sPort", Kind.UINT16, "sport"),
    /// ICMP type and code as `type * 256 + code`, as SiLK keeps them.
    DPORT(4, "dPort", Kind.UINT16, "dport"),
    PROTOCOL(5, "protocol", Kind.UINT8, "proto", "proto"),
    PACKETS(6, "packets", Kind.UINT64, "packets", "pkts"),
    BYTES(7, "bytes", Kind.UINT64, "bytes"),
    /// TCP flags of all packets, or of all but the first where INITIAL_FLAGS is known.
    FLAGS(8, "flags", Kind.UINT8, "flags"),
    /// Microseconds since 1970-01-01T00:00:00Z.
    STIME(9, "sTime", Kind.TIME, "stime"),
    /// Microseconds.
    DURATION(10, "duration", Kind.UINT64, "duration", "dur"),
    SENSOR(12, "sensor", Kind.UINT16, "sensor"),
    INPUT(13, "in", Kind.UINT32, "input"),
    OUTPUT(14, "out", Kind.UINT32, "output"),
    NHIP(15, "nhIP", Kind.ADDRESS, "nhip"),
    /// The flowtype number of silk.conf, which stands for class and type together.
    FLOWTYPE(20, "class", Kind.UINT8, "class_type"),
    INITIAL_FLAGS(26, "initialFlags", Kind.UINT8, "initial_flags"),
    SESSION_FLAGS(27, "sessionFlags", Kind.UINT8, "session_flags"),
    /// SiLK's tcp_state octet; see [Attributes].
    ATTRIBUTES(28, "attributes", Kind.UINT8, "attributes"),
    APPLICATION(29, "application", Kind.UINT16, "application"),
    /// 1-in-N of the exporter when the flow was seen; 1 unsampled, 0 unknown.
    SAMPLING(0, "sampling", Kind.UINT32, "sampling"),
    /// SiLK's private scratch value; lives in SiLK files only.
    MEMO(0, "memo", Kind.UINT16, "");

    /// Physical shape of a field.
    public enum Kind {
        ADDRESS,
        UINT8,
        UINT16,
        UINT32,
        UINT64,
        TIME
    }

    private static final Field[] VALUES = values();

    private final int silkId;
    private final String silkName;
    private final Kind kind;
    private final String parquet;
    private final List<String> aliases;

    Field(int silkId, String silkName, Kind kind, String parquet, String... aliases) {
        this.silkId = silkId;
        this.silkName = silkName;
        this.kind = kind;
        this.parquet = parquet;
        this.aliases = List.of(aliases);
    }

    /// SiLK's field number, 0 for fields that SiLK does not have.
    public int silkId() {
        return silkId;
    }

    public String silkName() {
        return silkName;
    }

    public List<String> aliases() {
        return aliases;
    }

    public Kind kind() {
        return kind;
    }

    /// Column name in the Parquet schema; empty for a field that is not stored.
    public Optional<String> parquetColumn() {
        return parquet.isEmpty() ? Optional.empty() : Optional.of(parquet);
    }

    public boolean isAddress() {
        return kind == Kind.ADDRESS;
    }

    /// Whether values compare as signed numbers: times may lie before 1970.
    public boolean isSigned() {
        return kind == Kind.TIME || this == DURATION;
    }

    /// Compares two values of this integer field.
    public int compare(long a, long b) {
        return isSigned() ? Long.compare(a, b) : Long.compareUnsigned(a, b);
    }

    /// The number of fields, for arrays indexed by ordinal.
    public static int count() {
        return VALUES.length;
    }

    /// All fields in ordinal order, without a fresh array on each call.
    public static List<Field> all() {
        return List.of(VALUES);
    }

    /// The field whose SiLK name or alias is `name`, ignoring case.
    public static Optional<Field> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Field field : VALUES) {
            if (field.silkName.toLowerCase(Locale.ROOT).equals(wanted)
                    || field.aliases.contains(wanted)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
