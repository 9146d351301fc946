package dev.rearview.tools.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.testkit.Workbench;
import dev.rearview.text.IpText;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `store files`: paths and the view, which DuckDB itself reads.
class LiveFilesTest {
    private static final long HOUR_MS = 1_700_006_400_000L;

    @TempDir Path temporary;
    private Path root = Path.of("");
    private Site site;

    @BeforeEach
    void repository() throws IOException {
        // A name with all that a pattern or a literal of SQL would take for something else.
        root = Files.createDirectory(temporary.resolve("it's [a]*x=1?"));
        Path conf = root.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 0 S0
                sensor 3 branch
                class all
                    sensors S0 branch
                    type 0 in in
                    type 5 inweb iw
                    default-types in
                end class
                default-class all
                """);
        site = SilkConf.read(conf);
    }

    private Workbench.Result run(String... words) {
        return new Workbench(temporary, Tools::create)
                .set("SILK_DATA_ROOTDIR", root.toString())
                .run(words);
    }

    private void write(FlowRecord... flows) throws IOException {
        try (FlowStore store = FlowStore.open(root, site)) {
            for (FlowRecord r : flows) {
                store.intake().append(r);
            }
            store.flush();
        }
    }

    private static FlowRecord flow(String source, String destination) {
        FlowRecord r = new FlowRecord();
        Ip sip = IpText.parse(source);
        Ip dip = IpText.parse(destination);
        r.sipHi = sip.hi();
        r.sipLo = sip.lo();
        r.dipHi = dip.hi();
        r.dipLo = dip.lo();
        r.nhipLo = Ip.MAPPED;
        r.sensor = 0;
        r.flowtype = 0;
        if (source.contains(":")) {
            r.attributes |= Attributes.IPV6;
        }
        r.packets = 1;
        r.bytes = 40;
        r.stime = HOUR_MS * 1000 + 1_500_000;
        r.duration = 2_250_000;
        return r;
    }

    /// The rows of a query on the view, columns with commas between.
    private List<String> ask(String view, String query) throws SQLException {
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = db.createStatement()) {
            s.execute(view);
            List<String> out = new ArrayList<>();
            try (ResultSet rows = s.executeQuery(query)) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    StringBuilder line = new StringBuilder();
                    for (int i = 1; i <= columns; i++) {
                        line.append(i > 1 ? "," : "").append(rows.getString(i));
                    }
                    out.add(line.toString());
                }
            }
            return out;
        }
    }

    @Test
    void theViewShowsAddressesAsRwcutDoes() throws Exception {
        FlowRecord other = flow("192.0.2.1", "255.0.10.0");
        other.sensor = 3;
        other.flowtype = 5;
        write(
                flow("10.0.0.1", "192.0.2.200"),
                other,
                flow("2001:db8::1", "::"),
                flow("fe80:0:0:1:0:0:0:20", "1:0:0:2:3:0:0:4"),
                flow("1:2:3:4:5:6:7:8", "ff02::"),
                flow("1:0:2:3:4:5:6:7", "::ffff:192.0.2.9"));
        Workbench.Result view = run("store", "files", "--format=duckdb");
        assertThat(view.err()).isEmpty();
        assertThat(view.status()).isZero();
        assertThat(view.out())
                .contains("can still be read for five minutes", "octets now) is not in it");
        List<String> rows =
                ask(
                        view.out(),
                        "select sip, dip, sensor, class, type, stime, etime, duration, packets"
                                + " from flows");
        Path all = temporary.resolve("all.rw");
        Workbench.Result filter =
                run(
                        "rwfilter",
                        "--start-date=2023/11/15",
                        "--type=all",
                        "--all-destination=" + all);
        assertThat(filter).isEqualTo(new Workbench.Result(0, "", ""));
        Workbench.Result cut =
                run(
                        "rwcut",
                        "--fields=sip,dip,sensor,class,type,stime,etime,duration,packets",
                        "--no-titles",
                        "--delimited=,",
                        "--timestamp-format=iso",
                        all.toString());
        assertThat(cut.err()).isEmpty();
        List<String> expected =
                cut.out()
                        .lines()
                        .map(l -> l.replace("00:00:01.500,", "00:00:01.5,"))
                        .map(l -> l.replace("00:00:03.750,", "00:00:03.75,"))
                        .map(l -> l.replace(",2.250,", ",2.25,"))
                        .toList();
        assertThat(rows).hasSize(6).containsExactlyInAnyOrderElementsOf(expected);
    }

    /// An hour that an earlier build wrote, and one of this build.
    @Test
    void filesOfBothLayoutsLookTheSame() throws Exception {
        FlowRecord exact = flow("10.0.0.1", "192.0.2.200");
        exact.stime += 7;
        exact.duration += 5;
        write(exact);
        String old = "in-S0_20231115.01";
        Path directory = root.resolve("in/2023/11/15");
        Files.copy(
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("testdata/store/layout1-hot.parquet"),
                directory.resolve(old + ".5.parquet"));
        Files.writeString(
                directory.resolve(old + ".manifest"),
                "rearview-manifest 1\nfile " + old + ".5.parquet\n");
        Workbench.Result view = run("store", "files", "--format=duckdb");
        assertThat(view.err()).isEmpty();
        assertThat(
                        ask(
                                view.out(),
                                "select count(*), min(epoch_us(stime)),"
                                        + " count(*) filter (where bytes = 9223372036854775807"
                                        + " and packets = 9223372036854775807),"
                                        + " any_value(typeof(bytes)), any_value(typeof(duration))"
                                        + " from flows"))
                .containsExactly("601,-1,1,BIGINT,DOUBLE");
        assertThat(
                        ask(
                                view.out(),
                                "select epoch_us(stime), epoch_us(etime), duration from flows where"
                                        + " sport = 1055 or sport = 0 order by 1"))
                .containsExactly(
                        "1700006401234567,1700006402234570,1.000003",
                        (HOUR_MS * 1000 + 1_500_007)
                                + ","
                                + (HOUR_MS * 1000 + 3_750_012)
                                + ",2.250005");
    }

    @Test
    void anEmptyRepositoryIsAnEmptyView() throws Exception {
        Workbench.Result view = run("store", "files", "--format=duckdb");
        assertThat(view.status()).as(view.err()).isZero();
        assertThat(ask(view.out(), "select count(*), max(sip), max(stime) from flows"))
                .containsExactly("0,null,null");
        assertThat(run("store", "files")).isEqualTo(new Workbench.Result(0, "", ""));
    }

    @Test
    void typesAndSensorsLeaveFilesOut() throws Exception {
        FlowRecord other = flow("10.0.0.2", "10.0.0.3");
        other.sensor = 3;
        other.flowtype = 5;
        write(flow("10.0.0.1", "192.0.2.200"), other);
        Workbench.Result in = run("store", "files", "--types=in");
        assertThat(in.out().lines()).hasSize(1).allMatch(l -> l.startsWith(root + "/in/2023/"));
        assertThat(Path.of(in.out().strip())).isRegularFile();
        Workbench.Result json = run("store", "files", "--sensors=branch", "--output-format=ndjson");
        assertThat(json.out().lines()).hasSize(1);
        assertThat(json.out())
                .contains("\"sensor\":\"branch\",\"class\":\"all\",\"type\":\"inweb\"")
                .contains("\"hour\":\"2023/11/15T00:00:00\",\"format\":\"parquet\"");
    }

    @Test
    void classicFilesAreListedAndSaidToBeMissingInTheView() throws Exception {
        write(flow("10.0.0.1", "192.0.2.200"));
        Path classic = root.resolve("in/2023/11/15/in-S0_20231115.05");
        try (SilkWriter writer =
                new SilkWriter(
                        Files.newOutputStream(classic),
                        new SilkWriter.Options(false, false, Compression.NONE, 0),
                        List.of())) {
            writer.write(flow("10.0.0.1", "192.0.2.200"));
        }
        assertThat(run("store", "files").out().lines()).hasSize(2).contains(classic.toString());
        Workbench.Result view = run("store", "files", "--format=duckdb");
        assertThat(view.status()).isEqualTo(1);
        assertThat(view.err())
                .isEqualTo(
                        "store: 1 files of SiLK's own format are not in the view; see rearview"
                                + " store files\n");
        assertThat(ask(view.out(), "select count(*) from flows")).containsExactly("1");
    }

    @Test
    void flowsThatNoManifestNamesAreTold() throws Exception {
        write(flow("10.0.0.1", "192.0.2.200"));
        Files.delete(root.resolve("in/2023/11/15/in-S0_20231115.00.manifest"));
        Workbench.Result r = run("store", "files");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).contains(".parquet: no manifest names it");
    }

    @Test
    void formatsThatDoNotFitAreRefused() {
        assertThat(run("store", "status", "--format=list").err())
                .contains("--format belongs to files");
        assertThat(run("store", "files", "--format=duckdb", "--output-format=json").err())
                .contains("exclude each other");
    }
}
