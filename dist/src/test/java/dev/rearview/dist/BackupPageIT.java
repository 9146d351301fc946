package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Player;
import dev.rearview.traffic.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The backup that `docs/how-to/backup-and-restore.md` prints, made while flows come in, and made
/// once more to the same place: restored by the same script, it has every flow that was there when
/// it began, and none twice.
class BackupPageIT {
    private static final long NOW_MS = 1_795_860_000_000L; // 2026-11-28
    private static final int PACE = 100;

    @TempDir Path directory;

    @Test
    void aBackupWhileFlowsComeHasEachOnce() throws Exception {
        int port = Ports.free();
        Path script = script();
        List<FlowRecord> flows = new Scenario(1, NOW_MS, 0.5).flows(Scenario.Source.CORE);
        Path work = Files.createDirectory(directory.resolve("work"));
        Path backup = directory.resolve("backup");
        long before;
        Map<String, Long> all;
        try (CollectorProcess collector = new CollectorProcess(work, 1)) {
            collector.configure(conf(port));
            collector.start("--segment-timeout=0.1", "--seal-after=1");
            CompletableFuture<Integer> sender =
                    CompletableFuture.supplyAsync(() -> play(flows, port));
            awaitFlows(collector, flows.size() / 8);
            copy(collector, script, collector.root(), backup);
            before = awaitFlows(collector, flows.size() / 3);
            copy(collector, script, collector.root(), backup);
            assertThat(sender.get()).isPositive();
            collector.terminate();
            all = counts(collector);
        }
        Map<String, Long> restored = sealed(script, backup, port);
        assertThat(restored.values().stream().mapToLong(n -> n).sum())
                .isBetween(before, (long) flows.size());
        restored.forEach(
                (flow, n) -> assertThat(all.getOrDefault(flow, 0L)).isGreaterThanOrEqualTo(n));
        assertThat(collected(script, backup, port)).isEqualTo(restored);
    }

    /// Waits until the ledger has so many flows.
    private static long awaitFlows(CollectorProcess collector, long wanted) throws Exception {
        long flows = 0;
        for (int i = 0; i < 6_000 && flows < wanted; i++) {
            Thread.sleep(10);
            flows = PagesIT.flows(collector.root().resolve(".rearview/ledger.tsv"));
        }
        assertThat(flows).isGreaterThanOrEqualTo(wanted);
        return flows;
    }

    private static void copy(CollectorProcess collector, Path script, Path from, Path to)
            throws Exception {
        assertThat(collector.shell().run(script + " " + from + " " + to))
                .isEqualTo(new Shell.Result(0, "", ""));
    }

    /// As the page has it.
    private Path script() throws Exception {
        Page page = Page.read(Shell.ROOT.resolve("docs/how-to/backup-and-restore.md"));
        String text =
                page.blocks().stream()
                        .filter(b -> b.info().equals("~/flows/backup"))
                        .findFirst()
                        .orElseThrow()
                        .text();
        Path script = directory.resolve("backup-script");
        Files.writeString(script, text);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private static int play(List<FlowRecord> flows, int port) {
        try {
            return Player.play(Exporter.netflow5(), flows, port, PACE);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What is there after the commands of the page, and once a collector has decoded what came
    /// last.
    private Map<String, Long> sealed(Path script, Path backup, int port) throws Exception {
        Path work = Files.createDirectory(directory.resolve("sealed"));
        try (CollectorProcess collector = new CollectorProcess(work, 1)) {
            copy(collector, script, backup, collector.root());
            assertThat(collector.shell().run("rearview store seal").exit()).isZero();
            collector.configure(conf(port));
            collector.start("--segment-timeout=0.5");
            collector.terminate();
            Shell.Result sealed = collector.shell().run("rearview store seal");
            assertThat(sealed.exit()).as(sealed.err()).isZero();
            Shell.Result verified = collector.shell().run("rearview store verify");
            assertThat(verified.exit()).as(verified.err()).isZero();
            assertThat(verified.err()).isEmpty();
            return counts(collector);
        }
    }

    /// What is there once a collector has written what the journals hold, and taken up the files
    /// that no manifest of the copy names.
    private Map<String, Long> collected(Path script, Path backup, int port) throws Exception {
        Path work = Files.createDirectory(directory.resolve("collected"));
        try (CollectorProcess collector = new CollectorProcess(work, 1)) {
            copy(collector, script, backup, collector.root());
            collector.configure(conf(port));
            collector.start("--segment-timeout=0.5", "--seal-after=1");
            awaitVerified(collector);
            collector.terminate();
            return counts(collector);
        }
    }

    private static void awaitVerified(CollectorProcess collector) throws Exception {
        Shell.Result verified = collector.shell().run("rearview store verify");
        for (int i = 0; i < 100 && verified.exit() != 0; i++) {
            Thread.sleep(200);
            verified = collector.shell().run("rearview store verify");
        }
        assertThat(verified.exit()).as(verified.err()).isZero();
    }

    /// How often each flow is there.
    private static Map<String, Long> counts(CollectorProcess collector) throws Exception {
        Shell.Result r =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=all --start-date=2026/11/20 --end-date=2026/11/29"
                                        + " --all=stdout | rwuniq --fields=1-5,bytes,stime"
                                        + " --no-titles --delimited=,");
        assertThat(r).extracting(Shell.Result::exit, Shell.Result::err).containsExactly(0, "");
        Map<String, Long> out = new HashMap<>();
        r.out()
                .lines()
                .forEach(l -> {
                    int comma = l.lastIndexOf(',');
                    out.put(l.substring(0, comma), Long.valueOf(l.substring(comma + 1)));
                });
        return out;
    }

    private static String conf(int port) {
        return """
        probe P0 netflow-v5
            listen-on-port %d
            protocol udp
            listen-as-host 127.0.0.1
        end probe
        sensor S0
            netflow-v5-probes P0
            internal-ipblocks 192.0.2.0/24, 10.20.0.0/16
            external-ipblocks remainder
        end sensor
        """
                .formatted(port);
    }
}
