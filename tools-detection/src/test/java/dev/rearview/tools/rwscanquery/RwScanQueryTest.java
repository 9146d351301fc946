package dev.rearview.tools.rwscanquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.catalogue.Database;
import dev.rearview.catalogue.DatabaseUrl;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.PostgresServer;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwset.RwSet;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reports of literal rows, and what is wrong with databases and switches.
class RwScanQueryTest {
    private static final String COLUMNS =
            "(id INTEGER PRIMARY KEY, sip BIGINT, proto SMALLINT, stime TIMESTAMP, etime TIMESTAMP,"
                    + " flows BIGINT, packets BIGINT, bytes BIGINT, scan_model INTEGER,"
                    + " scan_prob FLOAT)";

    private static final String TYPES = "rw_in_type=in\nrw_out_type=out\n";

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void database() throws IOException {
        bench = new Workbench(directory, RwScanQueryTest::tool);
        bench.write("rc", "# scans\ndb_driver = sqlite\ndb_instance = scans.db\n");
        bench.set("RWSCANRC", "rc");
        fill(DatabaseUrl.sqlite("scans.db", directory));
    }

    private static void fill(DatabaseUrl url) throws IOException {
        try (Database d = Database.open(url, Database.Use.WRITE)) {
            d.execute(
                    "CREATE TABLE scans " + COLUMNS,
                    row(499, "180852711, 6, '2009-02-12 12:01:56', '2009-02-12 12:08:39', 256"),
                    row(627, "184358118, 17, '2009-02-12 11:52:07', '2009-02-12 12:41:16', 1023"),
                    row(4, "167915351, 17, '2009-02-12 12:41:19', '2009-02-13 13:33:57', 9"));
            d.commit();
        }
    }

    private static Optional<Tool> tool(String name, Env env) {
        return switch (name) {
            case "rwscanquery" -> Optional.of(new RwScanQuery(env, RwScanQueryTest::tool));
            case "rwcut" -> Optional.of(new RwCut(env));
            case "rwfilter" -> Optional.of(new RwFilter(env));
            case "rwset" -> Optional.of(new RwSet(env));
            case "rwsetbuild" -> Optional.of(new RwSetBuild(env));
            case "rwsetcat" -> Optional.of(new RwSetCat(env));
            default -> Optional.empty();
        };
    }

    private static String row(int id, String values) {
        return "INSERT INTO scans VALUES (" + id + ", " + values + ", 300, 10240, 2, 0.5)";
    }

    private void fails(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).as(line).isEqualTo(1);
        assertThat(r.err()).contains(message);
    }

    @Test
    void scansOfAnHourByTheirEnds() {
        assertThat(bench.good("rwscanquery --show-header --start-date=2009/02/12:12"))
                .isEqualTo(
                        """
                        scan-id|stime|etime|proto|srcaddr|flows|packets|bytes
                        499|2009-02-12 12:01:56|2009-02-12 12:08:39|6|10.199.151.231|256|300|10240
                        627|2009-02-12 11:52:07|2009-02-12 12:41:16|17|10.253.20.230|1023|300|10240
                        4|2009-02-12 12:41:19|2009-02-13 13:33:57|17|10.2.47.87|9|300|10240
                        """);
        assertThat(bench.good("rwscanquery --start-date=2009/02/12:11"))
                .startsWith("627|")
                .hasLineCount(1);
        assertThat(bench.good("rwscanquery --start-date=2009/02/12:10")).isEmpty();
        assertThat(bench.good("rwscanquery --start-date=2009/02/13")).startsWith("4|");
        assertThat(bench.good("rwscanquery")).isEmpty();
    }

    @Test
    void sourcesNarrowThem() {
        String line = "rwscanquery --start-date=2009/02/12 ";
        assertThat(bench.good(line + "--saddress=10.199.0.0/16"))
                .startsWith("499|")
                .hasLineCount(1);
        assertThat(bench.good(line + "--saddr=10.2.0.0-10.2.255.255,10.253.20.230"))
                .hasLineCount(2);
        bench.write("s.txt", "10.2.47.87\n10.250.0.0/16\n");
        bench.good("rwsetbuild s.txt s.set");
        assertThat(bench.good(line + "--sipset=s.set")).startsWith("4|").hasLineCount(1);
        assertThat(bench.good(line + "--sipset=s.set --saddress=10.199.0.0/16")).isEmpty();
    }

    @Test
    void volumeAndExport() {
        assertThat(
                        bench.good(
                                "rwscanquery --report=volume --show-header --columnar"
                                        + " --start-date=2009/02/12 --end-date=2009/02/14"))
                .isEqualTo(
                        """
                        date                     flows    packets          bytes
                        2009/02/12                1288        900          30720
                        """);
        assertThat(
                        bench.good(
                                "rwscanquery --report=export --show-header"
                                        + " --start-date=2009/02/12:12 --saddress=10.2.47.87"))
                .isEqualTo(
                        """
                        id|sip|proto|stime|etime|flows|packets|bytes|scan_model|scan_prob
                        4|167915351|17|2009-02-12 12:41:19|2009-02-13 13:33:57|9|300|10240|2|0.500000
                        """);
    }

    @Test
    void aSetOfScanners() {
        bench.good("rwscanquery --report=scanset --start-date=2009/02/12:12 --output-path=o.set");
        assertThat(bench.good("rwsetcat o.set"))
                .isEqualTo("10.2.47.87\n10.199.151.231\n10.253.20.230\n");
        fails("rwscanquery --report=scanset --start-date=2009/02/12:12 --output=o.set", "exists");
    }

    /// Flows from scanners have the incoming types, those to them the outgoing ones.
    @Test
    void flowsOfScannersAndOfThoseWhoAnswered() throws IOException {
        flows();
        bench.write("rc", "db_driver=sqlite\ndb_instance=scans.db\n" + TYPES);
        String line = "rwscanquery --start-date=2009/02/12:12 --report=";
        bench.good(line + "scanflows --output-path=scan.rw");
        assertThat(bench.good("rwcut --fields=sip,dip --no-titles --delimited scan.rw"))
                .isEqualTo("10.199.151.231|10.9.0.1\n");
        bench.good(line + "respflows --output-path=answers.rw");
        assertThat(bench.good("rwcut --fields=sip,dip --no-titles --delimited answers.rw"))
                .isEqualTo("10.9.0.1|10.199.151.231\n");
        bench.good(line + "respflows --daddress=10.8.0.0/16 --output-path=none.rw");
        assertThat(bench.good("rwcut --no-titles none.rw")).isEmpty();
        bench.good(line + "scanset --daddress=10.9.0.0/16 --output-path=who.set");
        assertThat(bench.good("rwsetcat who.set")).isEqualTo("10.199.151.231\n");
    }

    private void flows() throws IOException {
        SampleSite.bench(directory);
        bench.set("SILK_CONFIG_FILE", "silk.conf").set("SILK_DATA_ROOTDIR", "data");
        FlowRecord scan = flow(0x0AC7_97E7, 0x0A09_0001, 0);
        FlowRecord answer = flow(0x0A09_0001, 0x0AC7_97E7, 1);
        SampleSite.write(hour("in"), scan, flow(0x0A63_0001, 0x0A09_0001, 0));
        SampleSite.write(hour("out"), answer, flow(0x0A09_0001, 0x0A63_0001, 1));
    }

    /// All reports, of either kind of database, are the same.
    @Test
    void postgresAnswersAsSqliteDoes() throws IOException {
        Optional<PostgresServer> started = PostgresServer.start(directory);
        assumeTrue(started.isPresent(), "PostgreSQL is not installed");
        flows();
        try (PostgresServer server = started.get()) {
            fill(DatabaseUrl.parse(server.url(), directory));
            bench.set("PGHOST", "127.0.0.1").set("PGPORT", Integer.toString(server.port()));
            bench.write(
                    "postgres",
                    "db_driver=postgresql\ndb_instance="
                            + PostgresServer.DATABASE
                            + "\ndb_userid="
                            + PostgresServer.USER
                            + "\ndb_password=any\n"
                            + TYPES);
            bench.write("sqlite", "db_driver=sqlite\ndb_instance=scans.db\n" + TYPES);
            bench.write("s.txt", "10.2.47.87\n10.250.0.0/16\n");
            bench.good("rwsetbuild s.txt s.set");
            for (String report : List.of("standard", "volume", "export")) {
                for (String of : List.of("", " --saddress=10.199.0.0/16", " --sipset=s.set")) {
                    String line =
                            "rwscanquery --show-header --start-date=2009/02/12:12 --report="
                                    + report
                                    + of;
                    String expected = with("sqlite", line);
                    assertThat(expected)
                            .as(line)
                            .hasLineCount(report.equals("volume") || !of.isEmpty() ? 2 : 4);
                    assertThat(with("postgres", line)).as(line).isEqualTo(expected);
                }
            }
            for (String report : List.of("scanset", "scanflows", "respflows")) {
                String cat =
                        report.equals("scanset")
                                ? "rwsetcat "
                                : "rwcut --fields=1-8 --no-titles --delimited ";
                String line = "rwscanquery --start-date=2009/02/12:12 --report=" + report;
                List<String> text = new ArrayList<>();
                for (String of : List.of("sqlite", "postgres")) {
                    String file = of + "-" + report;
                    with(of, line + " --output-path=" + file);
                    text.add(bench.good(cat + file));
                }
                assertThat(text.getFirst()).as(line).isNotEmpty();
                assertThat(text.getLast()).as(line).isEqualTo(text.getFirst());
            }
        }
    }

    private String with(String configuration, String line) {
        return bench.set("RWSCANRC", configuration).good(line);
    }

    private Path hour(String type) throws IOException {
        Path directory = bench.path("data/" + type + "/2009/02/12");
        Files.createDirectories(directory);
        return directory.resolve(type + "-NORTH_20090212.12");
    }

    private static FlowRecord flow(int sip, int dip, int type) {
        FlowRecord r = SampleSite.flow(Instant.parse("2009-02-12T12:05:00Z").toEpochMilli(), 6);
        r.setSipV4(sip);
        r.setDipV4(dip);
        r.flowtype = type;
        return r;
    }

    @Test
    void rowsThatAreNone() throws IOException {
        String line = "rwscanquery --start-date=2009/02/12 --report=";
        insert(row(5, "9, 6, '2009-02-12 11:00:00|x' || char(10), '2009-02-12 12:00:00', 1"));
        assertThat(bench.good(line + "standard")).contains("5|2009-02-12 11:00:00|");
        insert(row(6, "9, 6, '2009-02-12 noon and more', '2009-02-12 12:00:00', 1"));
        fails(line + "standard", "is not a time");
        insert(
                "DELETE FROM scans WHERE id = 6",
                row(7, "9, 6, '2009-02-12', '2009-02-12 12:00:00', 9223372036854775807"));
        fails(line + "volume", "is not a time");
        insert("UPDATE scans SET stime = '2009-02-12 11:00:00' WHERE id = 7");
        fails(line + "volume", "the sums of 2009/02/12 are beyond 64 bits");
    }

    private void insert(String... statements) throws IOException {
        DatabaseUrl url = DatabaseUrl.sqlite("scans.db", directory);
        try (Database d = Database.open(url, Database.Use.WRITE)) {
            d.execute(statements);
            d.commit();
        }
    }

    @Test
    void whatIsWrong() {
        fails("rwscanquery --end-date=2009/02/12", "needs a --start-date");
        fails("rwscanquery --start-date=2009/02/12 --end-date=2009/02/11", "before");
        fails("rwscanquery --start-date=2009/02/12:12:30", "expected YYYY/MM/DD");
        fails("rwscanquery --report=all", "report");
        fails("rwscanquery --database=none.db", "none.db");
        fails("rwscanquery --database=postgresql://host", "no database");
        bench.write("rc", "db_driver=mysql\n");
        fails("rwscanquery", "use sqlite or postgresql");
        bench.write("rc", "nonsense\n");
        fails("rwscanquery", "rc:1");
        bench.set("RWSCANRC", "none");
        fails("rwscanquery", "none");
        assertThat(bench.good("rwscanquery --man")).contains("DESCRIPTION").contains("--sipset");
    }
}
