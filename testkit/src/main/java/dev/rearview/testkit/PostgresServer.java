package dev.rearview.testkit;

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

/// A server of PostgreSQL on loopback, for one test.
public final class PostgresServer implements AutoCloseable {
    /// Who may do everything in it.
    public static final String USER = "rearview";

    /// The name of its first database.
    public static final String DATABASE = "postgres";

    private static final String NOBODY = "nobody";

    private final Path directory;
    private final int port;

    private PostgresServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /// Starts one.
    ///
    /// @param directory where commands are run
    /// @return empty where PostgreSQL is not installed, or there is no user to run it as
    public static Optional<PostgresServer> start(Path directory) throws IOException {
        Optional<Path> initdb = program("initdb");
        if (initdb.isEmpty()) {
            return Optional.empty();
        }
        Path home = Files.createTempDirectory(Path.of("/tmp"), "rearview-postgres-");
        PostgresServer server = new PostgresServer(home, freePort());
        // The server refuses to run as root.
        if (isRoot() && run(List.of("chown", NOBODY, home.toString()), directory) != 0) {
            server.close();
            return Optional.empty();
        }
        if (!server.initialise(initdb.get()) || !server.startUp()) {
            server.close();
            throw new IOException("PostgreSQL does not start in " + home);
        }
        return Optional.of(server);
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private boolean initialise(Path initdb) throws IOException {
        return isDone(initdb.toString(), "-D", data(), "-U", USER, "-A", "trust", "-N");
    }

    private boolean startUp() throws IOException {
        return isDone(
                program("pg_ctl").orElseThrow().toString(),
                "-D",
                data(),
                "-w",
                "-l",
                directory.resolve("log").toString(),
                "-o",
                "-h 127.0.0.1 -F -k " + directory + " -p " + port,
                "start");
    }

    public int port() {
        return port;
    }

    /// Its first database.
    public String url() {
        return "postgresql://" + USER + ":any@127.0.0.1:" + port + "/" + DATABASE;
    }

    private boolean isDone(String... command) throws IOException {
        List<String> words = new ArrayList<>();
        if (isRoot()) {
            words.addAll(List.of("setpriv", "--reuid", NOBODY, "--clear-groups", "--"));
        }
        words.addAll(List.of(command));
        return run(words, directory) == 0;
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
            isDone(control.get().toString(), "-D", data(), "-m", "immediate", "-w", "stop");
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
