package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.traffic.attack.GoodExporter;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A wrong sensor.conf is made right: by the collector and `rearview repack` as processes.
class RepackIT {
    private static final int ROUNDS = Integer.getInteger("rearview.rounds", 6);
    private static final long SEED = Long.getLong("rearview.seed", System.nanoTime());

    /// System calls at which a repack is killed.
    private static final List<String> CALLS =
            List.of("rename", "fsync", "unlink", "openat", "utimensat", "pwrite64", "write");

    @TempDir Path directory;
    private CollectorProcess collector;
    private int port;
    private long next;

    @BeforeEach
    void configuration() throws IOException {
        collector = new CollectorProcess(directory, 2);
        port = Ports.free();
        Files.writeString(collector.root().resolve("right.conf"), conf("S1"));
        Files.writeString(collector.root().resolve("wrong.conf"), conf("S0"));
        collector.configure(conf("S0"));
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    private String conf(String sensor) {
        return """
        probe P0 netflow-v5
            listen-on-port %d
            protocol udp
            listen-as-host 127.0.0.1
        end probe
        sensor %s
            netflow-v5-probes P0
            internal-ipblocks 192.0.2.0/24
            external-ipblocks remainder
        end sensor
        """
                .formatted(port, sensor);
    }

    private void start() throws Exception {
        collector.start("--segment-timeout=0.3", "--seal-after=1", "--keep-raw=24h,1g");
    }

    /// @param skewS how far the exporter's clock is ahead
    private void send(int datagrams, long skewS) throws Exception {
        long before = next;
        try (GoodExporter exporter =
                new GoodExporter(
                        GoodExporter.Protocol.NETFLOW5,
                        port,
                        new GoodExporter.Settings(
                                1, AttackedCollector.GOOD_NETWORK + 1, next, 400, skewS))) {
            for (int i = 0; i < datagrams; i++) {
                exporter.send();
            }
            next = exporter.number();
        } catch (PortUnreachableException e) {
            throw new AssertionError(collector.log(), e);
        }
        assertThat(next).isGreaterThan(before);
    }

    private static String repack(String conf, String more) {
        return "rearview repack --from=-2d --to=now --state-memory=64m"
                + " --sensor-configuration=data/"
                + conf
                + ".conf "
                + more;
    }

    /// Flows and different ones of each sensor.
    private String bySensor() throws Exception {
        Shell.Result all =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=all --start-date=-2d --end-date=now --proto=0-"
                                        + " --pass=stdout | rwuniq --fields=sensor"
                                        + " --values=flows,distinct:sip --sort-output --no-titles"
                                        + " --delimited=,");
        assertThat(all.exit()).as(all.err()).isZero();
        return all.out();
    }

    private String all(String sensor) {
        return sensor + "," + next + "," + next + "\n";
    }

    private void awaitStored() throws Exception {
        for (int i = 0; i < 200; i++) {
            String now = bySensor();
            long sum = now.lines().mapToLong(l -> Long.parseLong(l.split(",", -1)[1])).sum();
            if (sum == next && collector.journals() == 0) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(bySensor() + " of " + next + ": " + collector.log());
    }

    /// The collector goes on while its hours are replaced.
    @Test
    void aWrongSensorIsMadeRightWhileTheCollectorRuns() throws Exception {
        start();
        send(200, -3 * 3600);
        send(200, 0);
        awaitStored();
        assertThat(bySensor()).isEqualTo(all("S0"));
        Shell.Result dry = collector.shell().run(repack("right", "--dry-run"));
        assertThat(dry.exit()).as(dry.err()).isZero();
        assertThat(dry.out()).contains("would replace in/");
        List<String> rows =
                collector
                        .shell()
                        .run(repack("right", "--dry-run --output-format=csv"))
                        .out()
                        .lines()
                        .toList();
        assertThat(rows.getFirst()).isEqualTo("hour,before,after,replaced,missing");
        long sum = 0;
        for (String row : rows.subList(1, rows.size())) {
            String[] columns = row.split(",", -1);
            assertThat(columns).as(row).hasSize(5);
            assertThat(columns[3]).isEqualTo("no");
            sum += Long.parseLong(columns[2]);
        }
        assertThat(sum).isEqualTo(next);
        assertThat(bySensor()).isEqualTo(all("S0"));
        // From now on it is right.
        collector.configure(conf("S1"));
        collector.hangUp();
        collector.awaitLog("Reloaded the configuration");
        Thread sending =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                send(400, 0);
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        });
        // Where the collector merges old and new flows meanwhile, once more.
        Shell.Result done = collector.shell().run(repack("right", ""));
        sending.join();
        awaitStored();
        for (int i = 0; i < 3 && done.exit() != 0; i++) {
            done = collector.shell().run(repack("right", ""));
        }
        assertThat(done.exit()).as(done.out() + done.err() + collector.log()).isZero();
        assertThat(bySensor()).isEqualTo(all("S1"));
        Shell.Result status = collector.shell().run("rearview status --no-store");
        assertThat(status.out()).contains("kept-journals").contains("kept-from");
        collector.terminate();
        assertThat(bySensor()).isEqualTo(all("S1"));
        assertThat(collector.shell().run("rearview store verify").exit()).isZero();
    }

    /// Killed at any moment, a repack has changed nothing or all of it.
    @Test
    void killedAtAnyMomentItIsBeforeOrAfter() throws Exception {
        System.out.println("RepackIT: -Drearview.seed=" + SEED + " -Drearview.rounds=" + ROUNDS);
        Random random = new Random(SEED);
        start();
        for (int i = 0; i < 5; i++) {
            send(40, -i * 3600L);
        }
        awaitStored();
        collector.terminate();
        for (int round = 0; round < ROUNDS; round++) {
            boolean runs = random.nextBoolean();
            if (runs) {
                start();
            }
            String from = bySensor();
            String to = from.startsWith("S0") ? "S1" : "S0";
            kill(to.equals("S1") ? "right" : "wrong", random);
            if (runs) {
                // It finishes what was begun.
                Thread.sleep(1500);
            } else {
                collector.shell().run("rearview store seal");
            }
            assertThat(bySensor()).as("round %d", round).isIn(from, all(to));
            if (runs) {
                collector.terminate();
            }
        }
        Shell.Result done = collector.shell().run(repack("right", ""));
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(bySensor()).isEqualTo(all("S1"));
        try (Stream<Path> left = Files.list(collector.root().resolve(".rearview/repack"))) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .containsAnyOf("settle")
                    .hasSize(1);
        }
        assertThat(collector.shell().run("rearview store verify").exit()).isZero();
    }

    /// Kills a repack at a system call, where strace is there to do it, or after some time.
    private void kill(String conf, Random random) throws Exception {
        String call = CALLS.get(random.nextInt(CALLS.size()));
        String strace =
                "strace -f -qq -o /dev/null -e trace="
                        + call
                        + " -e inject="
                        + call
                        + ":signal=KILL:when="
                        + (1 + random.nextInt(call.equals("openat") ? 400 : 40))
                        + " ";
        boolean hasStrace = collector.shell().run("command -v strace").exit() == 0;
        Shell own = new Shell(directory, collector.shell().environment());
        Process p = own.start("sh", "-c", "exec " + (hasStrace ? strace : "") + repack(conf, ""));
        if (!hasStrace) {
            Thread.sleep(300 + random.nextInt(1500));
            p.descendants().forEach(ProcessHandle::destroyForcibly);
            p.destroyForcibly();
        }
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    /// A kill of the collector loses nothing of what is kept.
    @Test
    void whatAKilledCollectorKeptIsDecodedAsBefore() throws Exception {
        for (int i = 0; i < 3; i++) {
            start();
            send(150, 0);
            awaitStored();
            collector.kill();
        }
        start();
        awaitStored();
        collector.terminate();
        Shell.Result done = collector.shell().run(repack("right", ""));
        assertThat(done.exit()).as(done.out() + done.err()).isZero();
        assertThat(bySensor()).isEqualTo(all("S1"));
    }

    /// What is kept stays within its budget, and what is let go is told.
    @Test
    void whatIsKeptHasABound() throws Exception {
        collector.start("--segment-timeout=0.3", "--keep-raw=24h,300k");
        send(600, 0);
        awaitStored();
        collector.awaitLog("Let go of ");
        long octets = 0;
        try (Stream<Path> all = Files.list(collector.root().resolve(".rearview/kept"))) {
            for (Path p : all.toList()) {
                octets += Files.size(p);
            }
        }
        assertThat(octets).isBetween(1L, 300L * 1024);
        collector.terminate();
        Shell.Result status = collector.shell().run("rearview status --no-store");
        assertThat(status.out()).contains("let-go");
        Shell.Result done = collector.shell().run(repack("right", ""));
        assertThat(done.exit()).isEqualTo(1);
        assertThat(done.err()).contains("are not kept").contains("stays as it is");
        assertThat(bySensor()).isEqualTo(all("S0"));
    }
}
