package dev.rearview.tools.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.DecodedJournal;
import dev.rearview.store.FlowStore;
import dev.rearview.store.RawJournal;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Looking after a repository in which something is wrong, or is changing.
class StoreToolTest {
    private static final long HOUR_MS = 1_700_006_400_000L;
    private static final int HOURS = 3;

    @TempDir Path temporary;
    private Path root = Path.of("");

    @BeforeEach
    void repository() throws IOException {
        root = temporary.resolve("root");
        Path conf = temporary.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 0 S0
                class all
                    sensors S0
                    type 0 in in
                    default-types in
                end class
                """);
        Site site = SilkConf.read(conf);
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int hour = 0; hour < HOURS; hour++) {
                for (int epoch = 0; epoch < 2; epoch++) {
                    for (int n = 0; n < 50; n++) {
                        store.intake().append(flow(HOUR_MS + hour * 3_600_000L, n));
                    }
                    store.intake().commit();
                    store.writer().write(store.intake().rotate().orElseThrow(), () -> true);
                }
            }
        }
    }

    private static FlowRecord flow(long startMs, int n) {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(n);
        r.dipLo = Ip.mapped(7);
        r.sensor = 0;
        r.flowtype = 0;
        r.nhipLo = Ip.MAPPED;
        r.packets = 1;
        r.bytes = 40;
        r.stime = startMs * 1000;
        return r;
    }

    private Workbench.Result store(String arguments) {
        return new Workbench(temporary, Tools::create)
                .set("SILK_CONFIG_FILE", "silk.conf")
                .set("SILK_DATA_ROOTDIR", "root")
                .run("store " + arguments);
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(p -> root.relativize(p).toString().contains(part))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] b = Files.readAllBytes(file);
        b[at] ^= 0x40;
        Files.write(file, b);
    }

    private void writeClassic(String name) throws IOException {
        Path file = root.resolve("in/2023/11/15").resolve(name);
        try (SilkWriter writer =
                new SilkWriter(
                        Files.newOutputStream(file),
                        new SilkWriter.Options(false, false, Compression.NONE, 0),
                        List.of())) {
            for (int n = 0; n < 10; n++) {
                writer.write(flow(HOUR_MS, n));
            }
        }
    }

    @Test
    void whatIsWholeIsVerified() throws IOException {
        writeClassic("in-S0_20231115.05");
        Workbench.Result r = store("verify");
        assertThat(r)
                .isEqualTo(new Workbench.Result(0, "7 files, 310 flows, 0 damaged files\n", ""));
    }

    @Test
    void verifyFindsDamageOfEveryKind() throws IOException {
        writeClassic("in-S0_20231115.05");
        Path classic = files("15.05").getFirst();
        byte[] octets = Files.readAllBytes(classic);
        Files.write(classic, Arrays.copyOf(octets, octets.length - 40));
        flip(
                files("15.00.").stream()
                        .filter(p -> p.toString().endsWith("parquet"))
                        .toList()
                        .get(1),
                60);
        Path manifest = files("15.01.manifest").getFirst();
        Files.writeString(manifest, Files.readString(manifest).replace("file ", "life "));
        Files.delete(
                files("15.02.").stream()
                        .filter(p -> p.toString().endsWith("parquet"))
                        .toList()
                        .getFirst());
        Workbench.Result r = store("verify");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .contains("in-S0_20231115.05: offset ", "ends after 48 of 88 octets")
                .contains("in-S0_20231115.00.")
                .contains("in-S0_20231115.01.manifest")
                .contains(".parquet: no such file");
        assertThat(r.err().lines()).allMatch(l -> l.startsWith("store: "));
        assertThat(r.out()).endsWith(" damaged files\n").doesNotContain(" 0 damaged");
    }

    @Test
    void aDamagedHourIsToldByStatusAndTheOthersAreCounted() throws IOException {
        Path manifest = files("15.01.manifest").getFirst();
        Files.writeString(manifest, "rearview-manifest 1\nnonsense\n");
        Files.writeString(manifest.resolveSibling("in-S0_20231115.07.manifest.tmp"), "x");
        Workbench.Result r = store("status --output-format=csv");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).startsWith("store: ").contains("in-S0_20231115.01.manifest");
        assertThat(r.err().lines()).hasSize(1);
        assertThat(r.out()).contains("in,2,0,4,200,");
    }

    /// A collector's journal is its own affair; without one its flows are out of sight.
    @Test
    void whatWaitsInJournalsIsALineAndAMessageWhereNoCollectorRuns() throws IOException {
        long octets;
        try (FlowStore store =
                FlowStore.open(root, SilkConf.read(temporary.resolve("silk.conf")))) {
            store.intake().append(flow(HOUR_MS, 1));
            store.intake().commit();
            octets = store.journalOctets();
            assertThat(store("status --output-format=csv"))
                    .isEqualTo(
                            new Workbench.Result(
                                    0,
                                    """
                                    type,hours,sealed,files,flows,bytes,first,last
                                    in,3,0,6,300,%d,2023/11/15T00:00:00,2023/11/15T02:00:00
                                    journal,,,1,,%d,,
                                    """
                                            .formatted(octets(".parquet"), octets),
                                    ""));
            assertThat(store("status --output-format=ndjson").out())
                    .endsWith(
                            """
                            {"type":"journal","hours":null,"sealed":null,"files":1,"flows":null,\
                            "bytes":%d,"first":"","last":""}
                            """
                                    .formatted(octets));
        }
        assertThat(store("status --output-format=csv").err())
                .isEqualTo(
                        "store: "
                                + octets
                                + " octets wait in journals and no collector runs: no query sees"
                                + " their flows until rwflowpack is started, or rearview store"
                                + " seal\n");
        assertThat(store("seal").status()).isZero();
        Workbench.Result sealed = store("status");
        assertThat(sealed.err()).isEmpty();
        assertThat(sealed.out()).doesNotContain("journal");
    }

    @Test
    void whatIsKeptIsALine() throws IOException {
        Path conf = temporary.resolve("silk.conf");
        long octets;
        try (FlowStore store = FlowStore.open(root, SilkConf.read(conf))) {
            store.writer()
                    .keep(new KeptJournals.Limits(Long.MAX_VALUE, 1 << 20, KeptIndex.Window.NONE));
            List<RawJournal> begun = new ArrayList<>();
            store.datagrams().onBegin(begun::add);
            InetSocketAddress from = new InetSocketAddress("127.0.0.1", 4000);
            for (long s : List.of(5, 65)) {
                long us = HOUR_MS * 1000 + s * 1_000_000;
                store.datagrams().add("P", from, 0, us, us / 1000, ByteBuffer.allocate(24));
                store.datagrams().commit();
                store.datagrams().rotate();
                DecodedJournal none = store.decode(begun.getLast());
                none.handOver();
                none.end(new DecodedJournal.Ending(new byte[0], us / 1000, 0, ""));
                store.writer().commit(none, () -> true);
            }
            octets = KeptJournals.status(root).octets();
        }
        assertThat(octets).isPositive();
        assertThat(store("status --output-format=csv").out())
                .endsWith(
                        "\nkept,,,2,,%d,2023/11/15T00:00:05,2023/11/15T00:01:05\n"
                                .formatted(octets));
        assertThat(store("status --output-format=ndjson").out())
                .endsWith(
                        """
                        {"type":"kept","hours":null,"sealed":null,"files":2,"flows":null,\
                        "bytes":%d,"first":"2023/11/15T00:00:05","last":"2023/11/15T00:01:05"}
                        """
                                .formatted(octets));
    }

    @Test
    void datagramsWaitForTheCollector() throws IOException {
        try (FlowStore store =
                FlowStore.open(root, SilkConf.read(temporary.resolve("silk.conf")))) {
            InetSocketAddress from = new InetSocketAddress("127.0.0.1", 4000);
            store.datagrams().add("P", from, 0, 0, 0, ByteBuffer.allocate(24));
        }
        for (int i = 0; i < 2; i++) {
            Workbench.Result r = store("seal");
            assertThat(r.status()).isZero();
            assertThat(r.err())
                    .isEqualTo(
                            "store: 1 journals of datagrams wait for the collector, which decodes"
                                    + " them when it starts\n");
        }
    }

    private long octets(String part) throws IOException {
        long octets = 0;
        for (Path file : files(part)) {
            octets += Files.size(file);
        }
        return octets;
    }

    @Test
    void sealGoesOnBehindABadHour() throws IOException {
        flip(
                files("15.00.").stream()
                        .filter(p -> p.toString().endsWith("parquet"))
                        .toList()
                        .getFirst(),
                60);
        Workbench.Result r = store("seal");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("in-S0_20231115.00");
        assertThat(r.out()).isEqualTo("sealed 2 hours\n");
        assertThat(files(".sealed.")).hasSize(2);
    }

    /// An hour that an earlier build sealed, and one that this build did.
    @Test
    void convertWritesWhatAnEarlierBuildSealed() throws IOException {
        Path day = Files.createDirectories(root.resolve("in/2024/01/01"));
        String old = "in-S0_20240101.00.sealed.1-0.parquet";
        Files.copy(
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("testdata/store/layout1-sealed.parquet"),
                day.resolve(old));
        assertThat(store("seal").out()).isEqualTo("sealed 4 hours\n");
        String before = rows();
        Workbench.Result r = store("convert");
        assertThat(r.err()).isEmpty();
        assertThat(r).isEqualTo(new Workbench.Result(0, "converted 1 hour\n", ""));
        assertThat(rows()).isEqualTo(before);
        assertThat(store("files").out()).contains("in-S0_20240101.00.sealed.").doesNotContain(old);
        assertThat(day.resolve(old)).exists();
        assertThat(store("verify").status()).isZero();
        assertThat(store("convert --output-format=csv").out()).isEqualTo("converted-hours\n0\n");
    }

    @Test
    void ageWritesOldHoursForSize() throws IOException {
        assertThat(store("age").err()).contains("age needs --older");
        Workbench.Result unsealed = store("age --older=1d");
        assertThat(unsealed.status()).isZero();
        assertThat(unsealed.out()).isEqualTo("aged 0 hours\n");
        assertThat(unsealed.err()).contains("hours that are not sealed stay as they are: 3");
        store("seal");
        String before = rows();
        String day = "in/2023/11/15/in-S0_20231115.";
        assertThat(store("age --older=1d --dry-run").out())
                .isEqualTo(
                        "would age %s00\nwould age %s01\nwould age %s02\nwould age 3 hours\n"
                                .formatted(day, day, day));
        assertThat(files(".cold.")).isEmpty();
        assertThat(store("age --older=100000d").out()).isEqualTo("aged 0 hours\n");
        Workbench.Result r = store("age --older=1d");
        assertThat(r).isEqualTo(new Workbench.Result(0, "aged 3 hours\n", ""));
        assertThat(files(".cold.")).hasSize(3);
        assertThat(sorted(rows())).isEqualTo(sorted(before));
        assertThat(store("verify").status()).isZero();
        assertThat(store("age --older=1d --output-format=csv").out()).isEqualTo("aged-hours\n0\n");
    }

    @Test
    void ageGoesOnBehindABadHour() throws IOException {
        store("seal");
        flip(files("15.00.sealed").getFirst(), 60);
        Workbench.Result r = store("age --older=1d");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("in-S0_20231115.00: stays as it is: ");
        assertThat(r.out()).isEqualTo("aged 2 hours\n");
    }

    private static List<String> sorted(String lines) {
        return lines.lines().sorted().toList();
    }

    /// All flows of the repository, but for volumes that no layout has any more.
    private String rows() {
        return new Workbench(temporary, Tools::create)
                .set("SILK_CONFIG_FILE", "silk.conf")
                .set("SILK_DATA_ROOTDIR", "root")
                .run(
                        "rwfilter --type=in --start-date=2023/11/15 --end-date=2024/01/01"
                                + " --packets=0-9223372036854775807 --all-destination=stdout"
                                + " | rwcut")
                .out();
    }

    @Test
    void expirePrintsWhatIsGone() throws IOException {
        long octets = 0;
        for (Path p : files(".parquet")) {
            octets += Files.size(p);
        }
        Workbench.Result wanted = store("expire --older=1d --dry-run");
        assertThat(wanted.status()).isZero();
        assertThat(wanted.out()).endsWith("would free " + octets + " octets of 3 hours\n");
        Workbench.Result r = store("expire --older=1d");
        assertThat(r.status()).isZero();
        assertThat(r.out())
                .isEqualTo(
                        """
                        deleted in/2023/11/15/in-S0_20231115.00
                        deleted in/2023/11/15/in-S0_20231115.01
                        deleted in/2023/11/15/in-S0_20231115.02
                        freed %d octets of 3 hours
                        """
                                .formatted(octets));
        assertThat(files("20231115")).isEmpty();
    }

    /// A directory that has the place of a file cannot be deleted as one.
    @Test
    void expireGoesOnBehindAnHourThatStays() throws IOException {
        Path first =
                files("15.01.").stream()
                        .filter(p -> p.toString().endsWith("parquet"))
                        .toList()
                        .getFirst();
        Files.delete(first);
        Files.createDirectories(first.resolve("full"));
        Workbench.Result r = store("expire --older=1d");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("in/2023/11/15/in-S0_20231115.01: not wholly deleted: ");
        assertThat(r.out())
                .contains("deleted in/2023/11/15/in-S0_20231115.00\n")
                .contains("deleted in/2023/11/15/in-S0_20231115.02\n")
                .doesNotContain("deleted in/2023/11/15/in-S0_20231115.01")
                .endsWith(" octets of 2 hours\n");
    }

    /// The way to say it right is in what is said.
    @Test
    void whatIsWrongWithTheOperandsIsSaid() {
        List<String> actions =
                List.of("status", "files", "seal", "convert", "age", "verify", "expire");
        String all = String.join(", ", actions);
        assertThat(store("").err())
                .startsWith("store: say what to do: status, files, seal, convert, age, verify or");
        for (String action : actions) {
            Workbench.Result r = store(action + " root");
            assertThat(r.status()).isEqualTo(1);
            assertThat(r.out()).isEmpty();
            assertThat(r.err())
                    .startsWith(
                            "store: unexpected argument 'root'; a repository is told as"
                                    + " --data-rootdir=root\n");
        }
        assertThat(store("seal verify").err())
                .startsWith("store: unexpected argument 'verify'; one action at a time\n");
        assertThat(store("statu").err())
                .startsWith(
                        "store: unknown action 'statu'; did you mean 'status'? known: "
                                + all
                                + "\n");
        assertThat(store("./root status").err())
                .startsWith(
                        "store: unknown action './root'; known: "
                                + all
                                + "; a repository is told as --data-rootdir=./root\n");
        // Wherever the repository is.
        assertThat(store("statu --data-rootdir=none").err()).startsWith("store: unknown action");
    }
}
