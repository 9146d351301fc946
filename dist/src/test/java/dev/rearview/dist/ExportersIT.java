package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Real exporters: softflowd, pmacct and nfdump's nfreplay meter packets of our own making and send
/// to the collector, which must store what the packets add up to. Their recordings, made by
/// [RecordExports], stand in `testdata/exports` and are polled from there on every machine.
class ExportersIT {
    /// All of the site's hours: exporters that relate a capture's times to today's go astray.
    private static final String ALL_TIME =
            """
            set -e; first=$(rwsiteinfo --fields=repo-start-date --no-titles --delimited)
            last=$(rwsiteinfo --fields=repo-end-date --no-titles --delimited)
            rwfilter --type=all --sensors=%s --start-date=$first --end-date=$last --proto=0- \
            --pass=stdout | rwuniq --fields=1-5 --values=packets,bytes --no-titles --delimited=,
            """;

    @TempDir Path directory;
    private final Packets packets = new Packets();

    @TestFactory
    Stream<DynamicTest> whatExportersSendIsStored() throws Exception {
        List<Exporter> exporters = Exporter.all();
        List<Integer> ports = new ArrayList<>();
        StringBuilder conf = new StringBuilder();
        for (Exporter e : exporters) {
            int port = Ports.free();
            conf.append(sensor(ports.size(), e.probe(), listen(port, e.tcp() ? "tcp" : "udp")));
            ports.add(port);
        }
        Path capture = directory.resolve("packets.pcap");
        Files.write(capture, packets.capture());
        CollectorProcess collector = new CollectorProcess(directory, exporters.size());
        collector.configure(conf.toString());
        List<String> failures = new ArrayList<>();
        try (collector) {
            collector.start();
            for (int i = 0; i < exporters.size(); i++) {
                Exporter e = exporters.get(i);
                failures.add("");
                if (e.isInstalled()) {
                    try {
                        e.runner()
                                .run(
                                        capture,
                                        Files.createDirectory(directory.resolve(e.name())),
                                        ports.get(i));
                    } catch (IOException failure) {
                        failures.set(i, String.valueOf(failure.getMessage()));
                    }
                }
            }
            Thread.sleep(1_000);
            collector.terminate();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < exporters.size(); i++) {
            Exporter e = exporters.get(i);
            String failure = failures.get(i);
            String sensor = "S" + i;
            tests.add(
                    DynamicTest.dynamicTest(
                            e.name(),
                            () -> {
                                assumeTrue(e.isInstalled(), e.program() + " is not installed");
                                assertThat(failure).isEmpty();
                                assertStored(collector, sensor, e.probe());
                            }));
        }
        tests.add(
                DynamicTest.dynamicTest(
                        "no losses",
                        () -> assertThat(collector.log()).doesNotContain("losses from")));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> whatWasRecordedIsStored() throws Exception {
        List<Exporter> exporters = Exporter.all().stream().filter(e -> !e.tcp()).toList();
        StringBuilder conf = new StringBuilder();
        int port = Ports.free();
        for (int i = 0; i < exporters.size(); i++) {
            // As in SiLK, a netflow-v9 probe polls nothing: an ipfix probe takes either.
            String probe = exporters.get(i).probe().replace("netflow-v9", "ipfix");
            if (probe.equals("sflow")) {
                conf.append(sensor(i, probe, listen(port, "udp")));
                continue;
            }
            Path poll = Files.createDirectories(directory.resolve("poll/" + i));
            conf.append(sensor(i, probe, "    poll-directory " + poll + "\n"));
            Path recording = exporters.get(i).recording();
            Files.copy(recording, poll.resolve(recording.getFileName()));
        }
        Path archive = Files.createDirectories(directory.resolve("archive"));
        Path error = Files.createDirectories(directory.resolve("error"));
        CollectorProcess collector = new CollectorProcess(directory, exporters.size());
        collector.configure(conf.toString());
        try (collector) {
            collector.start(
                    "--polling-interval=1",
                    "--archive-directory=" + archive,
                    "--error-directory=" + error);
            for (Exporter e : exporters) {
                if (e.probe().equals("sflow")) {
                    Recordings.send(e.recording(), port);
                } else {
                    collector.awaitLog(e.name() + ".pcap, ");
                }
            }
            Thread.sleep(1_000);
            collector.terminate();
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < exporters.size(); i++) {
            Exporter e = exporters.get(i);
            String sensor = "S" + i;
            tests.add(
                    DynamicTest.dynamicTest(
                            e.name(), () -> assertStored(collector, sensor, e.probe())));
        }
        tests.add(
                DynamicTest.dynamicTest(
                        "files are archived",
                        () -> {
                            try (Stream<Path> files = Files.walk(archive)) {
                                assertThat(files.filter(Files::isRegularFile))
                                        .hasSize(exporters.size() - 1);
                            }
                            assertThat(error).isEmptyDirectory();
                        }));
        return tests.stream();
    }

    private static String listen(int port, String protocol) {
        return """
            listen-on-port %d
            protocol %s
            listen-as-host 127.0.0.1
        """
                .formatted(port, protocol);
    }

    private static String sensor(int number, String probe, String source) {
        // The packets' totals count octets of IP.
        String quirks = probe.equals("sflow") ? "\n    quirks sflow-ip-length" : "";
        return """
        probe P%1$d %2$s
        %3$s
        end probe
        sensor S%1$d
            %2$s-probes P%1$d
            internal-ipblocks 10.0.0.0/8 2001:db8::10/128
            external-ipblocks remainder
        end sensor
        """
                .formatted(number, probe, source.stripTrailing() + quirks);
    }

    private void assertStored(CollectorProcess collector, String sensor, String probe)
            throws Exception {
        Shell.Result r = collector.shell().run(ALL_TIME.formatted(sensor));
        assertThat(r.exit()).as(r.err()).isZero();
        boolean samples = probe.equals("sflow");
        assertThat(r.out().lines().filter(l -> !samples || !isLast(l)))
                .containsExactlyInAnyOrderElementsOf(
                        packets.totals().stream()
                                .filter(l -> !probe.equals("netflow-v5") || !l.startsWith("2001:"))
                                .filter(l -> !samples || !isLast(l))
                                .toList());
    }

    /// pmacct's sFlow plug-in ends without sending its last samples.
    private static boolean isLast(String line) {
        return line.startsWith("10.1.0.99,");
    }
}
