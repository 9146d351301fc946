package dev.rearview.bench;

import dev.rearview.bench.Times.Of;
import dev.rearview.store.hour.FileForm;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// `rearview bench`: makes the workload, asks the eight questions of the product and its peers in
/// turn, checks that the answers agree, and prints what was measured.
///
/// Page cache warm. Processes are new; what a resident engine runs, and what runs in this process,
/// has run before. DuckDB has no process of its own here: its times are those of a warm engine.
public final class Bench {
    /// How often what stays in a process runs before it is measured.
    private static final int BEFORE = 2;

    private final Path home;
    private final Path directory;
    private final long flows;
    private final int rounds;
    private final Map<String, String> variables;

    /// SiLK's own programs, where an installation is at hand.
    private final Optional<String> silkHome = Optional.ofNullable(System.getenv("SILK_HOME"));

    /// Between commands that the resident engine was to run.
    private long pipes;

    private final List<String> disagreements = new ArrayList<>();

    /// How whole processes are asked.
    ///
    /// @param variables of their environment
    /// @param isFused whether one process runs the whole script
    private record Way(Of name, Map<String, String> variables, Path file, boolean isFused) {
        String line(Question q) {
            String script = q.over(file);
            return isFused ? "rearview-tool run \"" + script + "\"" : script;
        }

        boolean isEngines() {
            return name == Of.SCRIPT || name == Of.SCRIPT_SILK_FILE;
        }
    }

    /// @param home of the product, whose launchers are measured
    /// @param directory for the files, which are made once
    Bench(Path home, Path directory, long flows, int rounds) {
        this.home = home;
        this.directory = directory;
        this.flows = flows;
        this.rounds = rounds;
        this.variables =
                Map.of(
                        "PATH",
                        home.resolve("bin") + ":" + System.getenv("PATH"),
                        "REARVIEW_ENGINE",
                        "off",
                        "SILK_CONFIG_FILE",
                        directory.resolve("silk.conf").toString());
    }

    public static void main(String[] args) throws Exception {
        long flows = 20_000_000;
        int rounds = 5;
        Path home = Path.of(System.getProperty("rearview.home", "."));
        Path directory = Path.of(System.getProperty("java.io.tmpdir"), "rearview-bench");
        for (String arg : args) {
            int equals = arg.indexOf('=');
            String value = arg.substring(equals + 1);
            switch (equals < 0 ? arg : arg.substring(0, equals)) {
                case "--flows" -> flows = Long.parseLong(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--directory" -> directory = Path.of(value);
                default -> {
                    System.err.println(
                            "usage: rearview bench [--flows=N] [--rounds=N] [--directory=DIR]");
                    System.exit(1);
                }
            }
        }
        Bench bench = new Bench(home.toAbsolutePath(), directory, flows, rounds);
        System.out.print(bench.run());
        System.exit(bench.disagreements.isEmpty() ? 0 : 1);
    }

    /// Answers that were not those of DuckDB over our file.
    List<String> disagreements() {
        return disagreements;
    }

    private void say(String line) {
        System.err.println("bench: " + line);
    }

    /// @return the report
    String run() throws IOException, SQLException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("silk.conf"), Workload.SITE);
        Map<String, Path> files = new LinkedHashMap<>();
        Path hot = make("flows.parquet", ParquetWriter.Codec.UNCOMPRESSED);
        files.put("hot", hot);
        Path sealed = make("sealed.parquet", ParquetWriter.Codec.ZSTD);
        files.put("sealed", sealed);
        Path cold = cold(sealed);
        files.put("cold", cold);
        Path silk = make("flows.rw", ParquetWriter.Codec.UNCOMPRESSED);
        files.put("SiLK, uncompressed", silk);
        Optional<Nfdump> nfdump = nfdump();
        Path own = directory.resolve(flows + "-duckdb.parquet");
        files.put("DuckDB, ZSTD", own);
        nfdump.ifPresent(n -> files.put("nfdump, LZO", n.file()));
        Optional<OwnEngine> engine = OwnEngine.start(home, variables);
        if (engine.isEmpty()) {
            say("no compiler has built the client of the resident engine: left out");
        }
        Report report = new Report(flows, rounds, silkHome);
        try (Duck ours = new Duck(hot.toString())) {
            if (!Files.exists(own)) {
                say("DuckDB writes its own Parquet");
                ours.copyTo(own.toString());
            }
            try (Duck theirs = new Duck(own.toString());
                    Duck oursCold = new Duck(cold.toString())) {
                List<Way> ways = ways(hot, silk, engine);
                Map<Of, Duck> ducks = new EnumMap<>(Of.class);
                ducks.put(Of.DUCK_OURS, ours);
                ducks.put(Of.DUCK_OWN, theirs);
                ducks.put(Of.DUCK_COLD, oursCold);
                Peers peers = new Peers(nfdump, ducks, silk);
                for (Question q : Question.all()) {
                    say(q.number() + " " + q.text());
                    Map<Of, Warm> warm = new EnumMap<>(Of.class);
                    warm.put(Of.WARM, new Warm(q.over(hot)));
                    warm.put(Of.WARM_SEALED, new Warm(q.over(sealed)));
                    warm.put(Of.WARM_COLD, new Warm(q.over(cold)));
                    report.add(q, times(q, ways, warm, peers));
                }
            }
            if (engine.isPresent()) {
                report.fused(engine.get().fused(), pipes);
            }
        } finally {
            if (engine.isPresent()) {
                engine.get().close();
            }
        }
        return report.text(files, disagreements);
    }

    private Path make(String name, ParquetWriter.Codec codec) throws IOException {
        Path path = directory.resolve(flows + "-" + name);
        if (!Files.exists(path)) {
            say("writing " + path);
            Path temporary = directory.resolve("tmp-" + name);
            MakeWorkload.write(flows, temporary, codec);
            Files.move(temporary, path);
        }
        return path;
    }

    private Path cold(Path sealed) throws IOException {
        Path path = directory.resolve(flows + "-cold.parquet");
        if (!Files.exists(path)) {
            say("writing " + path);
            try (ParquetReader from = ParquetReader.open(sealed, sealed.toString())) {
                new SegmentWriter().copy(path, from, FileForm.COLD, Map.of());
            }
        }
        return path;
    }

    private Optional<Nfdump> nfdump() throws IOException {
        if (!Nfdump.isInstalled()) {
            say("nfdump is not installed: left out");
            return Optional.empty();
        }
        return Optional.of(Nfdump.open(directory, flows));
    }

    private List<Way> ways(Path hot, Path silk, Optional<OwnEngine> engine) {
        List<Way> out = new ArrayList<>();
        out.add(new Way(Of.PROCESS, variables, hot, true));
        out.add(new Way(Of.PROCESS_SILK_FILE, variables, silk, true));
        out.add(new Way(Of.NO_ENGINE, variables, hot, false));
        out.add(new Way(Of.NO_ENGINE_SILK_FILE, variables, silk, false));
        if (engine.isPresent()) {
            Map<String, String> handedOver = engine.get().variables();
            out.add(new Way(Of.SCRIPT, handedOver, hot, false));
            out.add(new Way(Of.SCRIPT_SILK_FILE, handedOver, silk, false));
        }
        return out;
    }

    /// Who is asked besides.
    ///
    /// @param ducks by the file that each is over
    /// @param silk SiLK's file
    private record Peers(Optional<Nfdump> nfdump, Map<Of, Duck> ducks, Path silk) {}

    private Times times(Question q, List<Way> ways, Map<Of, Warm> warm, Peers peers)
            throws IOException, SQLException {
        String sql = q.sql().replace("'H'", "'" + hex(Question.ADDRESS) + "'");
        List<String> expected = List.of();
        for (Map.Entry<Of, Duck> e : peers.ducks.entrySet()) {
            List<String> rows = e.getValue().rows(sql);
            expected = expected.isEmpty() ? rows : expected;
            check(q, e.getKey(), rows, expected);
        }
        for (int i = 0; i < BEFORE; i++) {
            for (Map.Entry<Of, Warm> e : warm.entrySet()) {
                check(q, e.getKey(), Answers.of(q, e.getValue().answer()), expected);
            }
            for (Way way : ways) {
                check(q, way.name, Answers.of(q, ask(way, q).out()), expected);
            }
        }
        Times times = new Times();
        for (int i = 0; i < rounds; i++) {
            for (Way way : ways) {
                Command.Run run = ask(way, q);
                times.add(way.name, run.seconds());
                if (way.name == Of.PROCESS && run.cpu() >= 0) {
                    times.add(Of.PROCESS_CPU, run.cpu());
                    times.peak(run.peakKb());
                }
            }
            for (Map.Entry<Of, Warm> e : warm.entrySet()) {
                times.add(e.getKey(), e.getValue().seconds());
            }
            Optional<String> line = peers.nfdump.flatMap(n -> n.line(q));
            if (line.isPresent()) {
                times.add(Of.NFDUMP, Command.run(line.get(), variables).seconds());
            }
            for (Map.Entry<Of, Duck> e : peers.ducks.entrySet()) {
                times.add(e.getKey(), seconds(e.getValue(), sql));
            }
            if (silkHome.isPresent()) {
                Map<String, String> own = new TreeMap<>(variables);
                own.put("PATH", silkHome.get() + "/bin:" + System.getenv("PATH"));
                times.add(Of.SILK, Command.run(q.over(peers.silk), own).seconds());
            }
        }
        return times;
    }

    private Command.Run ask(Way way, Question q) throws IOException {
        pipes += way.isEngines() ? q.commands() - 1 : 0;
        return Command.run(way.line(q), way.variables);
    }

    private static double seconds(Duck duck, String sql) throws SQLException {
        long start = System.nanoTime();
        List<String> rows = duck.rows(sql);
        return rows.isEmpty() ? Double.NaN : (System.nanoTime() - start) / 1e9;
    }

    private static String hex(String address) {
        StringBuilder out = new StringBuilder("00000000000000000000FFFF");
        for (String octet : address.split("\\.", -1)) {
            out.append(HexFormat.of().withUpperCase().toHexDigits((byte) Integer.parseInt(octet)));
        }
        return out.toString();
    }

    private void check(Question q, Of who, List<String> got, List<String> expected) {
        if (!got.equals(expected)) {
            disagreements.add(
                    "question %d: %s answers differently: %s"
                            .formatted(q.number(), who, first(got, expected)));
        }
    }

    private static String first(List<String> got, List<String> expected) {
        for (int i = 0; i < Math.max(got.size(), expected.size()); i++) {
            String a = i < got.size() ? got.get(i) : "nothing";
            String b = i < expected.size() ? expected.get(i) : "nothing";
            if (!a.equals(b)) {
                return "row " + (i + 1) + " '" + a + "' for '" + b + "'";
            }
        }
        return "nothing";
    }
}
