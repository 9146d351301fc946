package dev.rearview.store.hour;

import dev.rearview.model.FlowBatch;
import dev.rearview.store.parquet.ParquetWriter.Codec;

/// The forms of a Parquet file of an hour, in the order in which it gets them.
public enum FileForm {
    /// A segment, or several of them while the hour is hot: each row group sorted by start, one
    /// behind the other as flows came; scanned as it lies.
    HOT(".merged.", Codec.UNCOMPRESSED),
    /// Of an hour that ended: sorted by start, compressed.
    SEALED(".sealed.", Codec.ZSTD),
    /// Of an hour that is old: compressed, and flows that are alike side by side, all over the
    /// file, so that most columns are runs of one value.
    COLD(".cold.", Codec.ZSTD);

    private final String infix;
    private final Codec codec;

    FileForm(String infix, Codec codec) {
        this.infix = infix;
        this.codec = codec;
    }

    /// The form of a file by its name. Segments have none of the infixes, and are hot.
    public static FileForm of(String name) {
        if (name.contains(COLD.infix)) {
            return COLD;
        }
        return name.contains(SEALED.infix) ? SEALED : HOT;
    }

    /// What stands in the name of a file that was made of others, behind the hour.
    String infix() {
        return infix;
    }

    /// The name of a file that is made of others.
    ///
    /// @param hour name of the classic hourly file
    /// @param madeMs when it is made; the same for all that are made together
    /// @param number of it among these
    public String fileName(String hour, long madeMs, int number) {
        String made = Long.toHexString(madeMs) + "-" + Integer.toHexString(number);
        return hour + infix + made + HourFiles.PARQUET;
    }

    Codec codec() {
        return codec;
    }

    /// How many flows are sorted together. Those of a row group are near each other in memory when
    /// they have just come, which they are not where a whole segment is sorted.
    int sortedTogether() {
        return this == HOT ? FlowBatch.MAX_ROWS : SegmentWriter.MAX_FLOWS;
    }

    /// Whether the rows of each row group are sorted by start.
    boolean isByStart() {
        return this != COLD;
    }
}
