package dev.rearview.bench;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `rearview bench`: makes the workload, asks the eight questions of the product and its peers in
/// turn, checks that the answers agree, and prints a table.
///
/// Whole processes are measured cold: page cache warm, process new. DuckDB has no process of its
/// own here unless `duckdb` is on the path; its times in the process are those of a warm engine.
public final class Bench {
    private static final int PACE = 20_000;

    private final Path directory;
    private final long flows;
    private final int rounds;
    private final Map<String, String> variables;
    private final StringBuilder report = new StringBuilder();
    private int disagreements;

    /// @param home of the product, whose launchers are measured
    /// @param directory for the files, which are made once
    Bench(Path home, Path directory, long flows, int rounds) {
        this.directory = directory;
        this.flows = flows;
        this.rounds = rounds;
        this.variables =
                Map.of(
                        "PATH",
                        home.resolve("bin") + ":" + System.getenv("PATH"),
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
        System.exit(bench.disagreements == 0 ? 0 : 1);
    }

    /// Answers that were not those of DuckDB over our file.
    int disagreements() {
        return disagreements;
    }

    private void say(String line) {
        System.err.println("bench: " + line);
    }

    String run() throws IOException, SQLException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("silk.conf"), Workload.SITE);
        Path hot = make("flows.parquet", ParquetWriter.Codec.UNCOMPRESSED);
        Path cold = make("sealed.parquet", ParquetWriter.Codec.ZSTD);
        Path silk = make("flows.rw", ParquetWriter.Codec.UNCOMPRESSED);
        Path nfdump = nfdump();
        Path own = directory.resolve(flows + "-duckdb.parquet");
        try (Duck ours = new Duck(hot.toString())) {
            if (!Files.exists(own)) {
                say("DuckDB writes its own Parquet");
                ours.copyTo(own.toString());
            }
            heading();
            try (Duck theirs = new Duck(own.toString())) {
                for (Question q : Question.all()) {
                    say(q.number() + " " + q.text());
                    question(q, hot, silk, nfdump, ours, theirs);
                }
            }
        }
        report.append('\n');
        size("hot", hot);
        size("sealed, ZSTD", cold);
        size("SiLK, uncompressed", silk);
        size("DuckDB, ZSTD", own);
        if (nfdump != null) {
            size("nfdump, LZO", nfdump);
        }
        return report.toString();
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

    private void heading() throws IOException {
        report.append(
                String.format(
                        Locale.ROOT,
                        "%s, %,d flows, %d cores, %s, Java %s, medians of %d rounds in turn, seconds%n%n",
                        LocalDate.now(ZoneOffset.UTC),
                        flows,
                        Runtime.getRuntime().availableProcessors(),
                        cpu(),
                        Runtime.version(),
                        rounds));
        report.append(
                "| # | question | rearview | CPU | peak MB | separate processes | SiLK file | warm"
                        + " | nfdump | ratio | DuckDB warm, ours / ZSTD | ratio, warm |\n");
        report.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
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

    /// Times by name of what was measured.
    private static final class Times {
        private final Map<String, List<Double>> all = new TreeMap<>();
        double cpu;
        long peakKb;

        void add(String name, double seconds) {
            all.computeIfAbsent(name, k -> new ArrayList<>()).add(seconds);
        }

        double median(String name) {
            List<Double> list = all.getOrDefault(name, List.of());
            return list.isEmpty()
                    ? Double.NaN
                    : list.stream().sorted().toList().get(list.size() / 2);
        }

        String text(String name) {
            double m = median(name);
            return Double.isNaN(m) ? "-" : String.format(Locale.ROOT, "%.3f", m);
        }

        String ratio(String peer, String own) {
            double r = median(peer) / median(own);
            return Double.isNaN(r) ? "-" : String.format(Locale.ROOT, "%.1f", r);
        }
    }

    private void question(
            Question q, Path hot, Path silk, @Nullable Path nfdump, Duck ours, Duck theirs)
            throws IOException, SQLException {
        Times times = new Times();
        String fused = "rearview-tool run \"" + with(q.rearview(), hot) + "\"";
        String separate = with(q.silk(), hot);
        String onSilk = "rearview-tool run \"" + with(q.rearview(), silk) + "\"";
        String sql = q.sql().replace("'H'", "'" + hex(Question.ADDRESS) + "'");
        List<String> expected = ours.rows(sql);
        check(q, "DuckDB's own file", theirs.rows(sql), expected);
        check(q, "fused", Answers.of(q, Command.run(fused, variables).out()), expected);
        check(q, "separate", Answers.of(q, Command.run(separate, variables).out()), expected);
        check(q, "SiLK file", Answers.of(q, Command.run(onSilk, variables).out()), expected);
        Warm warm = new Warm(with(q.rearview(), hot));
        warm.seconds();
        warm.seconds();
        for (int i = 0; i < rounds; i++) {
            Command.Run own = Command.run(fused, variables);
            times.add("own", own.seconds());
            times.cpu = own.cpu();
            times.peakKb = own.peakKb();
            times.add("separate", Command.run(separate, variables).seconds());
            times.add("silk", Command.run(onSilk, variables).seconds());
            times.add("warm", warm.seconds());
            if (nfdump != null && q.nfdump().isPresent()) {
                String arguments = q.nfdump().get().replace("X", Question.ADDRESS);
                String line = "nfdump -r " + nfdump + " " + arguments;
                times.add("nfdump", Command.run(line, variables).seconds());
            }
            times.add("duckOurs", seconds(ours, sql));
            times.add("duckTheirs", seconds(theirs, sql));
            peer(q, silk, times);
        }
        report.append(
                String.format(
                        Locale.ROOT,
                        "| %d | %s | %s | %.2f | %d | %s | %s | %s | %s | %s | %s / %s | %s |%n",
                        q.number(),
                        q.text(),
                        times.text("own"),
                        times.cpu,
                        times.peakKb / 1024,
                        times.text("separate"),
                        times.text("silk"),
                        times.text("warm"),
                        times.text("nfdump"),
                        times.ratio("nfdump", "own"),
                        times.text("duckOurs"),
                        times.text("duckTheirs"),
                        times.ratio("duckTheirs", "warm")));
        if (!Double.isNaN(times.median("real silk"))) {
            report.append(
                    String.format(
                            Locale.ROOT,
                            "|   | SiLK itself | %s | ratio %s |%n",
                            times.text("real silk"),
                            times.ratio("real silk", "own")));
        }
    }

    /// SiLK's own programs, where an installation is at hand.
    private void peer(Question q, Path silk, Times times) throws IOException {
        String installed = System.getenv("SILK_HOME");
        if (installed != null) {
            Map<String, String> own = new TreeMap<>(variables);
            own.put("PATH", installed + "/bin:" + System.getenv("PATH"));
            times.add("real silk", Command.run(with(q.silk(), silk), own).seconds());
        }
    }

    private static double seconds(Duck duck, String sql) throws SQLException {
        long start = System.nanoTime();
        List<String> rows = duck.rows(sql);
        return rows.isEmpty() ? Double.NaN : (System.nanoTime() - start) / 1e9;
    }

    private static String with(String pipeline, Path file) {
        return pipeline.replace(" F", " " + file).replace("=X", "=" + Question.ADDRESS);
    }

    private static String hex(String address) {
        StringBuilder out = new StringBuilder("00000000000000000000FFFF");
        for (String octet : address.split("\\.", -1)) {
            out.append(HexFormat.of().withUpperCase().toHexDigits((byte) Integer.parseInt(octet)));
        }
        return out.toString();
    }

    private void check(Question q, String who, List<String> got, List<String> expected) {
        if (!got.equals(expected)) {
            disagreements++;
            report.append("\nquestion ").append(q.number()).append(": ").append(who);
            report.append(" answers differently: ").append(first(got, expected)).append("\n\n");
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

    private void size(String what, Path path) throws IOException {
        report.append(
                String.format(
                        Locale.ROOT,
                        "%s: %.1f octets a flow%n",
                        what,
                        (double) Files.size(path) / flows));
    }

    // nfdump ------------------------------------------------------------------------------------

    /// Loads nfdump with datagrams through its own collector; null without it.
    private @Nullable Path nfdump() throws IOException {
        Path target = directory.resolve(flows + "-nfdump");
        if (Files.exists(target)) {
            return target;
        }
        if (!Command.exists("nfcapd") || !Command.exists("nfdump")) {
            say("nfdump is not installed: left out");
            return null;
        }
        say("nfcapd takes the flows");
        Path into = Files.createTempDirectory(directory, "nfcapd");
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process nfcapd =
                new ProcessBuilder(
                                "nfcapd",
                                "-w",
                                into.toString(),
                                "-p",
                                Integer.toString(port),
                                "-b",
                                "127.0.0.1",
                                "-t",
                                "86400",
                                "-B",
                                "200000000",
                                "-z")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("nfcapd.log").toFile())
                        .start();
        try {
            TimeUnit.SECONDS.sleep(1);
            send(port);
            TimeUnit.SECONDS.sleep(2);
            nfcapd.destroy();
            nfcapd.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            nfcapd.destroyForcibly();
        }
        try (Stream<Path> files = Files.list(into)) {
            Path file =
                    files.filter(p -> p.getFileName().toString().matches("nfcapd\\.\\d+"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("nfcapd wrote no file"));
            Files.move(file, target);
        }
        return target;
    }

    /// Sends the workload as NetFlow v5 to loopback, at a pace that nfcapd takes.
    private void send(int port) throws IOException, InterruptedException {
        Exporter exporter = Exporter.netflow5();
        List<FlowRecord> pending = new ArrayList<>();
        long start = System.nanoTime();
        long sent = 0;
        try (DatagramSocket socket = new DatagramSocket();
                Workload source = new Workload(flows, 1, 1)) {
            for (FlowBatch b = source.next(); b != null; b = source.next()) {
                for (int i = 0; i < b.size(); i++) {
                    FlowRecord r = new FlowRecord();
                    b.get(i, r);
                    pending.add(r);
                    if (pending.size() == exporter.capacity()) {
                        flush(socket, port, exporter, pending);
                        if (++sent % 100 == 0) {
                            long due = start + sent * 1_000_000_000L / PACE;
                            long wait = due - System.nanoTime();
                            if (wait > 0) {
                                TimeUnit.NANOSECONDS.sleep(wait);
                            }
                        }
                    }
                }
            }
            if (!pending.isEmpty()) {
                flush(socket, port, exporter, pending);
            }
        }
    }

    private static void flush(
            DatagramSocket socket, int port, Exporter exporter, List<FlowRecord> pending)
            throws IOException {
        ByteBuffer b = exporter.encode(pending, pending.getLast().stimeMs() + 2_000_000);
        socket.send(
                new DatagramPacket(b.array(), b.limit(), InetAddress.getLoopbackAddress(), port));
        pending.clear();
    }
}
