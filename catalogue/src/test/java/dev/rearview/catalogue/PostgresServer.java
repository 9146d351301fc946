package dev.rearview.catalogue;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server of PostgreSQL on loopback, for one test; skips the test where the package is missing.
public final class PostgresServer implements AutoCloseable {
    private static final String NOBODY = "nobody";

    private final Path directory;
    private final int port;

    private PostgresServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /// Starts one whose data lies below a directory.
    public static PostgresServer start(Path below) throws IOException {
        Optional<Path> initdb = program("initdb");
        assumeTrue(initdb.isPresent(), "PostgreSQL is not installed");
        Path home = Files.createTempDirectory(Path.of("/tmp"), "rearview-postgres-");
        PostgresServer server = new PostgresServer(home, freePort());
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (isRoot) {
            // The server refuses to run as root.
            assumeTrue(
                    run(List.of("chown", NOBODY, home.toString()), below) == 0,
                    "there is no user " + NOBODY);
        }
        String data = home.resolve("data").toString();
        boolean isUp =
                server.asServer(
                                        List.of(
                                                initdb.get().toString(),
                                                "-D",
                                                data,
                                                "-U",
                                                "rearview",
                                                "-A",
                                                "trust",
                                                "-N"),
                                        isRoot)
                                == 0
                        && server.asServer(
                                        List.of(
                                                program("pg_ctl").orElseThrow().toString(),
                                                "-D",
                                                data,
                                                "-w",
                                                "-l",
                                                home.resolve("log").toString(),
                                                "-o",
                                                "-h 127.0.0.1 -F -k " + home + " -p " + server.port,
                                                "start"),
                                        isRoot)
                                == 0;
        if (!isUp) {
            server.close();
            throw new IOException("PostgreSQL does not start in " + home);
        }
        return server;
    }

    /// Its first database.
    public String url() {
        return "postgresql://rearview:any@127.0.0.1:" + port + "/postgres";
    }

    private int asServer(List<String> command, boolean isRoot) throws IOException {
        List<String> words = new ArrayList<>();
        if (isRoot) {
            words.addAll(List.of("setpriv", "--reuid", NOBODY, "--clear-groups", "--"));
        }
        words.addAll(command);
        return run(words, directory);
    }

    private static int run(List<String> command, Path in) throws IOException {
        Process p =
                new ProcessBuilder(command)
                        .directory(in.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            if (!p.waitFor(2, TimeUnit.MINUTES)) {
                p.destroyForcibly();
                return -1;
            }
            return p.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    private static Optional<Path> program(String name) throws IOException {
        List<Path> places = new ArrayList<>();
        for (String p : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(Path.of(p));
        }
        Path debian = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(debian)) {
            try (Stream<Path> versions = Files.list(debian)) {
                versions.sorted().map(v -> v.resolve("bin")).forEach(places::add);
            }
        }
        return places.stream().map(p -> p.resolve(name)).filter(Files::isExecutable).findFirst();
    }

    @Override
    public void close() throws IOException {
        Optional<Path> control = program("pg_ctl");
        if (control.isPresent() && Files.exists(directory.resolve("data"))) {
            asServer(
                    List.of(
                            control.get().toString(),
                            "-D",
                            directory.resolve("data").toString(),
                            "-m",
                            "immediate",
                            "-w",
                            "stop"),
                    "root".equals(System.getProperty("user.name")));
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
