package dev.rearview.bench;

import dev.rearview.bench.Times.Of;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What the benchmark prints: tables of Markdown.
final class Report {
    /// Questions by which SiLK's times elsewhere are converted: of those that read all flows, one
    /// that counts and one that groups.
    private static final List<Integer> CONVERTING = List.of(1, 3);

    private final long flows;
    private final int rounds;
    private final Optional<String> silkHome;
    private final Map<Question, Times> all = new LinkedHashMap<>();
    private String fused = "";

    /// @param silkHome where SiLK's own programs are, which have been measured then
    Report(long flows, int rounds, Optional<String> silkHome) {
        this.flows = flows;
        this.rounds = rounds;
        this.silkHome = silkHome;
    }

    void add(Question q, Times times) {
        all.put(q, times);
    }

    /// Says how many pipes of those between commands of the resident engine have fused.
    void fused(long some, long all) {
        fused = "; " + some + " of " + all + " pipes fused";
    }

    /// @param files by what they are
    /// @param disagreements between answers
    String text(Map<String, Path> files, List<String> disagreements) throws IOException {
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%s, %,d flows, %d cores, %s, Java %s; seconds, medians of %d rounds in turn;"
                                + " × is how many times as fast%n",
                        LocalDate.now(ZoneOffset.UTC),
                        flows,
                        Runtime.getRuntime().availableProcessors(),
                        cpu(),
                        Runtime.version(),
                        rounds));
        out.append("SiLK: ").append(addSilk()).append("\n\n");
        out.append("Scripts of separate commands, by a resident engine and without one")
                .append(fused);
        out.append("\n\n").append(scripts()).append("\nOne process\n\n").append(processes());
        out.append("\nForms of a file, warm\n\n").append(forms());
        out.append('\n');
        for (String d : disagreements) {
            out.append(d).append('\n');
        }
        for (Map.Entry<String, Path> e : files.entrySet()) {
            double octets = (double) Files.size(e.getValue()) / flows;
            out.append(String.format(Locale.ROOT, "%s: %.1f octets a flow%n", e.getKey(), octets));
        }
        return out.toString();
    }

    private static String cpu() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return "unknown CPU";
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown CPU");
        }
    }

    // SiLK --------------------------------------------------------------------------------------

    /// Where SiLK has not been measured, adds its times elsewhere, by how long nfdump takes here
    /// and took there.
    ///
    /// @return where its times are from
    private String addSilk() {
        if (silkHome.isPresent()) {
            return silkHome.get();
        }
        double share = (double) flows / Question.Known.FLOWS;
        StringBuilder each = new StringBuilder();
        double sum = 0;
        for (Map.Entry<Question, Times> e : all.entrySet()) {
            if (CONVERTING.contains(e.getKey().number())) {
                double there = e.getKey().known().nfdump() * share;
                double faster = there / e.getValue().median(Of.NFDUMP);
                sum += faster;
                each.append(each.isEmpty() ? "" : " and ").append(Times.text(faster, 2));
            }
        }
        double mean = sum / CONVERTING.size();
        if (Double.isNaN(mean)) {
            return "not known: neither SiLK nor nfdump is here";
        }
        all.forEach((q, times) -> times.add(Of.SILK, q.known().silk() * share / mean));
        return "its times of %,d flows elsewhere, converted by nfdump, which is %s times as fast here (questions 1 and 3; mean %s)"
                .formatted(Question.Known.FLOWS, each, Times.text(mean, 2));
    }

    // Tables ------------------------------------------------------------------------------------

    private String scripts() {
        MarkdownTable table =
                new MarkdownTable(
                        "#",
                        "question",
                        "SiLK",
                        "nfdump",
                        "script",
                        "× SiLK",
                        "× nfdump",
                        "no engine",
                        "× SiLK",
                        "script, SiLK's file",
                        "× SiLK",
                        "no engine, SiLK's file",
                        "× SiLK");
        all.forEach((q, t) ->
                table.add(
                        List.of(
                                Integer.toString(q.number()),
                                q.text(),
                                t.text(Of.SILK),
                                t.text(Of.NFDUMP),
                                t.text(Of.SCRIPT),
                                t.factor(Of.SCRIPT, Of.SILK),
                                t.factor(Of.SCRIPT, Of.NFDUMP),
                                t.text(Of.NO_ENGINE),
                                t.factor(Of.NO_ENGINE, Of.SILK),
                                t.text(Of.SCRIPT_SILK_FILE),
                                t.factor(Of.SCRIPT_SILK_FILE, Of.SILK),
                                t.text(Of.NO_ENGINE_SILK_FILE),
                                t.factor(Of.NO_ENGINE_SILK_FILE, Of.SILK))));
        return table.toString();
    }

    private String processes() {
        MarkdownTable table =
                new MarkdownTable(
                        "#",
                        "question",
                        "cold",
                        "CPU",
                        "peak MB",
                        "× SiLK",
                        "× nfdump",
                        "cold, SiLK's file",
                        "× SiLK",
                        "warm",
                        "DuckDB warm, our file",
                        "×",
                        "DuckDB warm, its own (ZSTD)",
                        "×");
        all.forEach((q, t) ->
                table.add(
                        List.of(
                                Integer.toString(q.number()),
                                q.text(),
                                t.text(Of.PROCESS),
                                t.text(Of.PROCESS_CPU),
                                Long.toString(t.peakMb()),
                                t.factor(Of.PROCESS, Of.SILK),
                                t.factor(Of.PROCESS, Of.NFDUMP),
                                t.text(Of.PROCESS_SILK_FILE),
                                t.factor(Of.PROCESS_SILK_FILE, Of.SILK),
                                t.text(Of.WARM),
                                t.text(Of.DUCK_OURS),
                                t.factor(Of.WARM, Of.DUCK_OURS),
                                t.text(Of.DUCK_OWN),
                                t.factor(Of.WARM, Of.DUCK_OWN))));
        return table.toString();
    }

    private String forms() {
        MarkdownTable table =
                new MarkdownTable(
                        "#",
                        "question",
                        "hot",
                        "sealed",
                        "cold",
                        "DuckDB, hot",
                        "×",
                        "DuckDB, cold",
                        "×");
        all.forEach((q, t) ->
                table.add(
                        List.of(
                                Integer.toString(q.number()),
                                q.text(),
                                t.text(Of.WARM),
                                t.text(Of.WARM_SEALED),
                                t.text(Of.WARM_COLD),
                                t.text(Of.DUCK_OURS),
                                t.factor(Of.WARM, Of.DUCK_OURS),
                                t.text(Of.DUCK_COLD),
                                t.factor(Of.WARM_COLD, Of.DUCK_COLD))));
        return table.toString();
    }
}
