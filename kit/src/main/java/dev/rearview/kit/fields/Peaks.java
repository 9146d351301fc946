package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.language.Language;
import dev.rearview.model.Field;

/// The values `peak-bytes` and its like.
final class Peaks {
    private static final long MINUTE_MS = 60_000;
    private static final long WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
    private static final int BYTES_WIDTH = 23;
    private static final int RECORDS_WIDTH = 13;

    private Peaks() {}

    /// A value by its name.
    ///
    /// @param name with the size of the bins behind a colon, a minute where it is left out
    static ValueField value(String name) {
        int colon = name.indexOf(':');
        String what = colon < 0 ? name : name.substring(0, colon);
        long binMs = colon < 0 ? MINUTE_MS : Language.duration(name.substring(colon + 1));
        if (binMs < 1 || binMs > WEEK_MS) {
            throw new IllegalArgumentException(
                    "'" + name + "': bins are between 1ms and 1w, such as peak-bytes:5m");
        }
        double seconds = binMs / 1000.0;
        return switch (what) {
            case "peak-bytes" -> peak(name, Expr.of(Field.BYTES), binMs, BYTES_WIDTH, 1);
            case "peak-packets" -> peak(name, Expr.of(Field.PACKETS), binMs, BYTES_WIDTH, 1);
            case "peak-records", "peak-flows" ->
                    peak(name, new Expr.Constant(1), binMs, RECORDS_WIDTH, 1);
            case "peak-bps" -> peak(name, Expr.of(Field.BYTES), binMs, BYTES_WIDTH, 8 / seconds);
            case "peak-pps" -> peak(name, Expr.of(Field.PACKETS), binMs, BYTES_WIDTH, 1 / seconds);
            default ->
                    throw new IllegalArgumentException(
                            "unknown value '"
                                    + name
                                    + "': peaks are peak-bytes, peak-packets, peak-records,"
                                    + " peak-bps and peak-pps");
        };
    }

    private static ValueField peak(String name, Expr of, long binMs, int width, double scale) {
        Aggregate aggregate = new Aggregate(Aggregate.Kind.PEAK, of, binMs);
        return new ValueField.Peak(name, aggregate, Math.max(width, name.length()), scale);
    }
}
