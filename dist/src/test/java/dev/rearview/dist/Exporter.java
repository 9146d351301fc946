package dev.rearview.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real exporter from a Debian package, metering a capture and sending what it finds to a port of
/// the loopback interface. Each run is bounded in time and stops by itself.
///
/// @param program the command that must be installed
/// @param probe type of the probe that listens
record Exporter(String name, String program, String probe, boolean tcp, Runner runner) {
    /// Where recordings of all exporters but those over TCP stand.
    private static final Path RECORDINGS = Shell.ROOT.resolve("testdata/exports");

    private static final int LIMIT_S = 30;

    /// Sends the flows of a capture to a port; a directory is there for its own files.
    interface Runner {
        void run(Path capture, Path directory, int port) throws Exception;
    }

    static List<Exporter> all() {
        return List.of(
                softflowd("softflowd-v5", "netflow-v5", "-v", "5"),
                softflowd("softflowd-v9", "netflow-v9", "-v", "9"),
                softflowd("softflowd-ipfix", "ipfix", "-v", "10"),
                softflowd("softflowd-ipfix-biflow", "ipfix", "-v", "10", "-b", "-A", "milli"),
                new Exporter(
                        "softflowd-ipfix-tcp",
                        "softflowd",
                        "ipfix",
                        true,
                        (capture, directory, port) ->
                                softflowd(capture, directory, port, "-v", "10", "-P", "tcp")),
                pmacctd("pmacctd-v5", "netflow-v5", "nfprobe_version: 5"),
                pmacctd("pmacctd-v9", "netflow-v9", "nfprobe_version: 9"),
                pmacctd("pmacctd-ipfix", "ipfix", "nfprobe_version: 10"),
                new Exporter("pmacctd-sflow", "pmacctd", "sflow", false, Exporter::sfprobe),
                nfreplay("nfreplay-v5", "netflow-v5", 5),
                nfreplay("nfreplay-v9", "netflow-v9", 9));
    }

    /// The capture of what this exporter sent.
    Path recording() {
        return RECORDINGS.resolve(name + ".pcap");
    }

    boolean isInstalled() {
        return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }

    private static Exporter softflowd(String name, String probe, String... options) {
        return new Exporter(
                name,
                "softflowd",
                probe,
                false,
                (capture, directory, port) -> softflowd(capture, directory, port, options));
    }

    private static void softflowd(Path capture, Path directory, int port, String... options)
            throws Exception {
        String[] fixed = {
            "softflowd",
            "-d",
            "-a", // times are those of the capture
            "-r",
            capture.toString(),
            "-n",
            "127.0.0.1:" + port,
            "-p",
            directory.resolve("pid").toString(),
            "-c",
            "none"
        };
        execute(directory, Stream.concat(Stream.of(fixed), Stream.of(options)).toList());
    }

    private static Exporter pmacctd(String name, String probe, String version) {
        return new Exporter(
                name,
                "pmacctd",
                probe,
                false,
                (capture, directory, port) ->
                        pmacctd(
                                capture,
                                directory,
                                "aggregate: src_host,dst_host,src_port,dst_port,proto,tos,tcpflags",
                                "plugins: nfprobe",
                                "nfprobe_receiver: 127.0.0.1:" + port,
                                "nfprobe_maxflows: 65535",
                                version));
    }

    private static void sfprobe(Path capture, Path directory, int port) throws Exception {
        pmacctd(
                capture,
                directory,
                "plugins: sfprobe",
                "sfprobe_receiver: 127.0.0.1:" + port,
                "sfprobe_agentip: 127.0.0.1",
                "sampling_rate: 1");
    }

    private static void pmacctd(Path capture, Path directory, String... lines) throws Exception {
        Path conf = directory.resolve("pmacctd.conf");
        Files.writeString(
                conf, "pcap_savefile: " + capture + "\n" + String.join("\n", lines) + "\n");
        execute(directory, List.of("pmacctd", "-f", conf.toString()));
    }

    /// nfreplay sends what nfcapd has stored, which had it from softflowd.
    private static Exporter nfreplay(String name, String probe, int version) {
        return new Exporter(
                name,
                "nfreplay",
                probe,
                false,
                (capture, directory, port) -> {
                    Path store = Files.createDirectories(directory.resolve("nfcapd"));
                    int own = Ports.free();
                    List<String> nfcapd =
                            List.of(
                                    "nfcapd",
                                    "-b",
                                    "127.0.0.1",
                                    "-p",
                                    Integer.toString(own),
                                    "-w",
                                    store.toString());
                    Process collector = start(directory, nfcapd);
                    try {
                        Thread.sleep(500);
                        softflowd(capture, directory, own, "-v", "9");
                        Thread.sleep(500);
                    } finally {
                        collector.destroy();
                        collector.waitFor(LIMIT_S, TimeUnit.SECONDS);
                    }
                    Path file;
                    try (Stream<Path> files = Files.list(store)) {
                        file =
                                files.filter(p ->
                                                p.getFileName()
                                                        .toString()
                                                        .matches("nfcapd\\.[0-9]+"))
                                        .findFirst()
                                        .orElseThrow(() -> new IOException("nfcapd wrote nothing"));
                    }
                    execute(
                            directory,
                            List.of(
                                    "nfreplay",
                                    "-r",
                                    file.toString(),
                                    "-H",
                                    "127.0.0.1",
                                    "-p",
                                    Integer.toString(port),
                                    "-v",
                                    Integer.toString(version)));
                });
    }

    private static Process start(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().merge("PATH", "/usr/sbin", (path, sbin) -> path + ":" + sbin);
        return builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static void execute(Path directory, List<String> command) throws Exception {
        Process p = start(directory, command);
        if (!p.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            p.destroyForcibly();
            throw new IOException(command.getFirst() + " did not end in " + LIMIT_S + " s");
        }
        // pmacctd sometimes ends with 1 after a capture, whatever it has sent.
        if (p.exitValue() != 0 && !command.getFirst().equals("pmacctd")) {
            throw new IOException(
                    String.join(" ", command)
                            + ": exit "
                            + p.exitValue()
                            + "\n"
                            + Files.readString(directory.resolve("log")));
        }
    }
}
