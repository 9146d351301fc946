package dev.rearview.model;

import java.util.List;
import java.util.Optional;

/// The registry of stored flow fields: everything known about one column, once.
///
/// `parquet` is the column of the store's schema, empty where a field is carried in memory only.
/// What people call a field, and what is derived from some, is in the registry of the engine
/// (`FlowFields`). Adding a field starts here.
public enum Field {
    SIP(Kind.ADDRESS, "sip"),
    DIP(Kind.ADDRESS, "dip"),
    SPORT(Kind.UINT16, "sport"),
    /// ICMP type and code as `type * 256 + code`, as SiLK keeps them.
    DPORT(Kind.UINT16, "dport"),
    PROTOCOL(Kind.UINT8, "proto"),
    PACKETS(Kind.UINT64, "packets"),
    BYTES(Kind.UINT64, "bytes"),
    /// TCP flags of all packets, or of all but the first where INITIAL_FLAGS is known.
    FLAGS(Kind.UINT8, "flags"),
    /// Microseconds since 1970-01-01T00:00:00Z.
    STIME(Kind.TIME, "stime"),
    /// Microseconds.
    DURATION(Kind.UINT64, "duration"),
    SENSOR(Kind.UINT16, "sensor"),
    INPUT(Kind.UINT32, "input"),
    OUTPUT(Kind.UINT32, "output"),
    NHIP(Kind.ADDRESS, "nhip"),
    /// The flowtype number of silk.conf, which stands for class and type together.
    FLOWTYPE(Kind.UINT8, "class_type"),
    INITIAL_FLAGS(Kind.UINT8, "initial_flags"),
    SESSION_FLAGS(Kind.UINT8, "session_flags"),
    /// SiLK's tcp_state octet; see [Attributes].
    ATTRIBUTES(Kind.UINT8, "attributes"),
    APPLICATION(Kind.UINT16, "application"),
    /// 1-in-N of the exporter when the flow was seen; 1 unsampled, 0 unknown.
    SAMPLING(Kind.UINT32, "sampling"),
    /// What a source keeps with its flows and no other knows: SiLK's private scratch value, the
    /// types of service of nfcapd's files. Lives in such files only.
    MEMO(Kind.UINT16, "");

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

    private final Kind kind;
    private final String parquet;

    Field(Kind kind, String parquet) {
        this.kind = kind;
        this.parquet = parquet;
    }

    /// Physical shape of its values.
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
        return isMicroseconds();
    }

    /// Whether values are times or parts of time.
    public boolean isMicroseconds() {
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
}
