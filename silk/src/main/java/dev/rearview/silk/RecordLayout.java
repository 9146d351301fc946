package dev.rearview.silk;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The layout of one flow-record format and version.
interface RecordLayout {
    /// What a packed file's header says about all its records.
    ///
    /// @param hourMs base of relative start times
    record Origin(long hourMs, int flowtype, int sensor) {
        /// What the entry of a packed file says.
        static Origin of(SilkHeader.PackedFile p) {
            return new Origin(p.hourMs(), p.flowtype() & 0xFF, p.sensor() & 0xFFFF);
        }

        static final Origin UNKNOWN = new Origin(0, FlowRecord.NO_FLOWTYPE, FlowRecord.NO_SENSOR);
    }

    /// Octets of a record.
    int size();

    /// Fills a cleared record.
    ///
    /// @param b buffer in the file's byte order
    /// @param at offset of the record; `size()` octets are there
    void decode(ByteBuffer b, int at, FlowRecord r);

    /// Puts a record into a buffer, where the layout can hold it.
    ///
    /// @param b buffer in the file's byte order
    /// @param at offset of the record, from which `size()` octets are 0
    /// @return why it is not there
    Misfit encode(ByteBuffer b, int at, FlowRecord r);

    /// Whether initial and session flags need checking after reading.
    default boolean needsExpandedFix() {
        return false;
    }

    /// The layout of a format and version, empty if there is none.
    static Optional<RecordLayout> of(SilkFormat format, int version, Origin origin) {
        return switch (format) {
            case FT_RWGENERIC -> GenericLayout.of(version);
            case FT_RWIPV6, FT_RWIPV6ROUTING -> Ipv6Layout.of(format, version, origin);
            case FT_RWAUGMENTED, FT_RWAUGROUTING, FT_RWAUGSNMPOUT, FT_RWAUGWEB ->
                    AugmentedLayout.of(format, version, origin);
            case FT_RWNOTROUTED, FT_RWROUTED, FT_RWSPLIT, FT_RWWWW ->
                    SplitLayout.of(format, version, origin);
            case FT_RWFILTER -> FilterLayout.of(version);
            case FT_FLOWCAP -> FlowcapLayout.of(version, origin);
            default -> Optional.empty();
        };
    }

    /// The layout of the records that a header announces, empty if there is none. What a packed
    /// file says of all its records comes from the header alone.
    static Optional<RecordLayout> of(SilkHeader header) {
        if (!isFlowFormat(header.format())) {
            return Optional.empty();
        }
        Origin origin = header.packedFile().map(Origin::of).orElse(Origin.UNKNOWN);
        return of(SilkFormat.of(header.format()), header.recordVersion(), origin)
                .filter(l -> l.size() == header.recordSize());
    }

    /// Whether a format holds flow records.
    static boolean isFlowFormat(int format) {
        return format >= 0x0B && format <= 0x16 && format != 0x0F
                || format == 0x1C
                || format == 0x1F;
    }
}
