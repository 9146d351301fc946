package dev.rearview.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What was measured of one question.
final class Times {
    /// What is measured: the product in its ways, then its peers.
    enum Of {
        /// The pipeline in one new process, over hot Parquet.
        PROCESS("one process"),
        /// User and system time of that.
        PROCESS_CPU("one process, CPU"),
        /// The pipeline in one new process, over SiLK's file.
        PROCESS_SILK_FILE("one process, SiLK's file"),
        /// The pipeline in a process that has run it before, over hot Parquet.
        WARM("warm"),
        WARM_SEALED("warm, sealed file"),
        WARM_COLD("warm, cold file"),
        /// Separate commands through a shell, by a resident engine.
        SCRIPT("script"),
        /// Separate commands, each a process of its own.
        NO_ENGINE("script, no engine"),
        SCRIPT_SILK_FILE("script, SiLK's file"),
        NO_ENGINE_SILK_FILE("script, no engine, SiLK's file"),
        SILK("SiLK"),
        NFDUMP("nfdump"),
        /// DuckDB over our hot file.
        DUCK_OURS("DuckDB, our file"),
        DUCK_COLD("DuckDB, our cold file"),
        /// DuckDB over what it has written itself.
        DUCK_OWN("DuckDB, its own file");

        private final String text;

        Of(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Map<Of, List<Double>> all = new EnumMap<>(Of.class);
    private long peakKb;

    void add(Of what, double seconds) {
        all.computeIfAbsent(what, k -> new ArrayList<>()).add(seconds);
    }

    /// Notes how much memory a process has held.
    void peak(long kb) {
        peakKb = Math.max(peakKb, kb);
    }

    long peakMb() {
        return peakKb / 1024;
    }

    /// NaN where nothing was measured.
    double median(Of what) {
        List<Double> list = all.getOrDefault(what, List.of());
        return list.isEmpty() ? Double.NaN : list.stream().sorted().toList().get(list.size() / 2);
    }

    /// Seconds.
    String text(Of what) {
        return text(median(what), 3);
    }

    /// How many times as fast as a peer.
    String factor(Of own, Of peer) {
        return text(median(peer) / median(own), 1);
    }

    static String text(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
