package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Player;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first minutes of a user: what `rearview init` writes, and the commands that it prints.
class InitIT {
    private static final int FLOWS = 20;
    private static final int PACE = 100;

    @TempDir Path directory;

    @Test
    void fromInitToTheFirstAnswerWithEveryFormat() throws Exception {
        Shell shell = new Shell(directory, Map.of());
        int port = Ports.free();
        Shell.Result init =
                shell.run(
                        "rearview init flows --networks=192.0.2.0/24,2001:db8::/32 --port=" + port);
        assertThat(init.exit()).as(init.err()).isZero();
        List<String> commands = commands(init.out());
        assertThat(commands).hasSize(6);
        Shell.Result verify = shell.run(commands.get(0));
        assertThat(verify).isEqualTo(new Shell.Result(0, "", ""));
        Path log = directory.resolve("flows/rwflowpack.log");
        Exporter[] exporters = {
            Exporter.netflow5(), Exporter.netflow9(1), Exporter.ipfix(1), Exporter.sflow(1)
        };
        try {
            Shell.Result start = shell.run(commands.get(1));
            assertThat(start.exit()).as(start.err()).isZero();
            for (int i = 0; i < exporters.length; i++) {
                Player.play(exporters[i], flows(i), port, PACE);
            }
            awaitStored(shell, exporters.length * FLOWS);
            Shell.Result answer = shell.run(commands.get(2) + "\n" + commands.get(3));
            assertThat(answer.exit()).as(answer.err()).isZero();
            assertThat(answer.out()).startsWith("                  sTime|").contains("|     in|");
            assertThat(shell.run(commands.get(4)).exit()).isZero();
            awaitText(log, "Reloaded the configuration");
        } finally {
            Shell.Result end = shell.run(commands.get(5));
            assertThat(end.exit()).as(end.err()).isZero();
        }
        awaitText(log, "Stopped logging.");
        assertThat(Files.readString(directory.resolve("flows/data/.rearview/ledger.tsv")))
                .contains("P" + port + "\t127.0.0.1\tflows\t" + exporters.length * FLOWS + "\n")
                .doesNotContain("lost:");
        assertThat(Files.readString(log)).doesNotContain("losses");
    }

    /// The indented lines, without comments.
    private static List<String> commands(String printed) {
        return printed.lines()
                .filter(l -> l.startsWith("    ") && !l.startsWith("    #"))
                .map(String::strip)
                .toList();
    }

    /// Flows from outside into the networks, just now.
    ///
    /// @param exporter whose number is in the ports
    private static List<FlowRecord> flows(int exporter) {
        List<FlowRecord> out = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
            FlowRecord r = new FlowRecord();
            r.sipLo = Ip.mapped(0xC633_6400 + i);
            r.dipLo = Ip.mapped(0xC000_0200 + i);
            r.nhipLo = Ip.MAPPED;
            r.protocol = 17;
            r.sport = 5000 + exporter;
            r.dport = 53;
            r.packets = 1;
            r.bytes = 100;
            r.stime = (System.currentTimeMillis() - 2000) * 1000;
            out.add(r);
        }
        return out;
    }

    private static void awaitText(Path file, String text) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (Files.exists(file) && Files.readString(file).contains(text)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no '" + text + "' in " + file);
    }

    private static void awaitStored(Shell shell, int flows) throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String query =
                "rwfilter --data-rootdir=flows/data --start-date=%s --end-date=%s --type=in"
                                .formatted(slashed(today.minusDays(1)), slashed(today.plusDays(1)))
                        + " --proto=17 --pass=stdout"
                        + " | rwuniq --fields=sport --sort-output --no-titles --delimited=,";
        StringBuilder wanted = new StringBuilder();
        for (int i = 0; i < flows / FLOWS; i++) {
            wanted.append(5000 + i).append(',').append(FLOWS).append('\n');
        }
        String found = "";
        for (int i = 0; i < 60 && !found.contentEquals(wanted); i++) {
            Thread.sleep(250);
            found = shell.run(query).out();
        }
        assertThat(found).isEqualTo(wanted.toString());
    }

    private static String slashed(LocalDate day) {
        return day.toString().replace('-', '/');
    }
}
