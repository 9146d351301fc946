package dev.rearview.tools;

import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Machine;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Streams;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.resident.PipeHost;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.traffic.Workload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Runs the common commands on a few flows in one process, so that the JDK's ahead-of-time cache
/// that is made from it knows their classes.
public final class Warmup {
    private static final String FLOWS =
            """
            sIP|dIP|sPort|dPort|protocol|packets|bytes|flags|sTime|duration
            192.0.2.1|198.51.100.2|40000|443|6|10|1000|FSPA|2026/11/24T00:00:00.100|1.5
            198.51.100.2|192.0.2.1|443|40000|6|12|9000|FSPA|2026/11/24T00:00:00.200|1.4
            2001:db8::1|2001:db8::2|50000|53|17|1|80||2026/11/24T00:00:02.000|0
            """;

    private static final int FLOW_COUNT = 20_000;
    private static final int ROUNDS = 1;

    private Warmup() {}

    public static void main(String[] args) throws IOException {
        byte[] flows = run(FLOWS.getBytes(StandardCharsets.UTF_8), "rwtuc");
        byte[] passed = run(flows, "rwfilter", "--proto=6,17", "--pass=stdout", "-");
        run(passed, "rwcut");
        run(passed, "rwcut", "--fields=1-12", "--output-format=json");
        run(passed, "rwuniq", "--fields=sip,dport", "--values=bytes,distinct:dip", "--sort-output");
        run(passed, "rwstats", "--fields=sip", "--values=bytes", "--count=5");
        run(passed, "rwcount", "--bin-size=60");
        run(run(passed, "rwsort", "--fields=stime"), "rwcat");
        run(run(passed, "rwset", "--sip-file=-"), "rwsetcat", "--cidr-blocks");
        scans();
        threads();
        repository();
        pipe(flows);
        for (String name : Tools.names()) {
            run(new byte[0], name, "--help");
        }
        Main.run(new String[] {"rwfilter", "--help"}, Env.ofProcess());
    }

    /// Queries of a file of many flows, so that the cache knows how their loops go.
    private static void scans() throws IOException {
        Path file = Files.createTempFile("rearview-", ".parquet");
        try {
            try (ParquetSink sink =
                            new ParquetSink(
                                    Files.newOutputStream(file), ParquetWriter.Codec.UNCOMPRESSED);
                    Workload flows = new Workload(FLOW_COUNT, 1, 1)) {
                for (FlowBatch b = flows.next(); b != null; b = flows.next()) {
                    sink.write(b, Selection.all(b.size()));
                }
            }
            String path = file.toString();
            for (int i = 0; i < ROUNDS; i++) {
                query("rwfilter", "--dport=53", "--print-volume-statistics=stdout", path);
                query("rwfilter", "--any-address=10.137.144.192", "--print-statistics", path);
                query("rwstats", "--fields=sip", "--bytes", "--count=20", path);
                query("rwstats", "--fields=sip,dip,dport", "--flows", "--count=20", path);
                query("rwcount", "--bin-size=300", path);
                String filter = "rwfilter --dport=53 --pass=stdout " + path;
                query("run", filter + " | rwuniq --fields=sip --values=distinct:dip");
                query("run", filter + " | rwstats --fields=dport --bytes --count=20");
                query("run", "rwsort --fields=bytes --reverse " + path + " | rwcut --num-recs=20");
            }
        } finally {
            Files.delete(file);
        }
    }

    /// Commands at both ends of a pipe, in one process.
    private static void pipe(byte[] flows) throws IOException {
        Path directory = Files.createTempDirectory("rearview-");
        Path file = directory.resolve("flows.rw");
        try {
            Files.write(file, flows);
            PipeHost.rehearse(
                    directory,
                    List.of("rwfilter", "--proto=6", "--pass=stdout", file.toString()),
                    List.of("rwuniq", "--fields=proto"),
                    new Main.ForOthers());
        } finally {
            Files.delete(file);
            Files.delete(directory);
        }
    }

    /// The pool, which helps with larger files than those.
    private static void threads() throws IOException {
        Context context = new Context(Machine.ofProcess(), Path.of(""), Map.of());
        context.parallel().run(Collections.nCopies(2, () -> {}), () -> {});
        context.close();
    }

    /// Queries of a repository: of an hour that it does not have, and of one that it has.
    private static void repository() throws IOException {
        Path root = Files.createTempDirectory("rearview-");
        Path conf = root.resolve("silk.conf");
        Path day = root.resolve("in/2026/11/24");
        try {
            Files.writeString(conf, Workload.SITE);
            Files.createDirectories(day);
            run(
                    FLOWS.getBytes(StandardCharsets.UTF_8),
                    "rwtuc",
                    "--output-path=" + day.resolve("in-S0_20261124.00.parquet"));
            select(conf, root, "--type=all", "--start-date=2026/11/24:00");
            select(conf, root, "--type=in", "--sensors=S0", "--start-date=2026/11/24");
        } finally {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(p);
                }
            }
        }
    }

    private static void select(Path conf, Path root, String... selection) {
        List<String> words = new ArrayList<>(List.of(selection));
        words.add("--site-config-file=" + conf);
        words.add("--data-rootdir=" + root);
        query("rwfglob", words.toArray(String[]::new));
        words.add("--proto=6");
        words.add("--print-statistics");
        query("rwfilter", words.toArray(String[]::new));
    }

    private static void query(String name, String... arguments) {
        run(new byte[0], name, arguments);
    }

    private static byte[] run(byte[] in, String name, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Streams streams =
                new Streams(
                        new ByteArrayInputStream(in),
                        out,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
        Context context = new Context(Machine.ofProcess(), Path.of("").toAbsolutePath(), Map.of());
        Env env = new Env(streams, context, name);
        Tools.create(name, env).ifPresent(t -> Runner.run(t, env, Arrays.asList(arguments)));
        env.end();
        return out.toByteArray();
    }
}
