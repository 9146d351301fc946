package dev.rearview.tools.changed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Days of the tests are counted from 2024/02/25; the last one is 2024/02/28.
class ChangedTest {
    private static final long HOUR_MS = 3_600_000;
    private static final long FIRST_MS = SampleSite.DAY_MS - 3 * 24 * HOUR_MS;
    private static final String WINDOWS = "--before=2024/02/27";
    private static final String AFTER = "--after=2024/02/28";

    @TempDir Path directory;
    private Workbench bench;
    private final List<FlowRecord> flows = new ArrayList<>();

    private FlowRecord flow(int day, int hour, int host, int port) {
        FlowRecord r = SampleSite.flow(FIRST_MS + (day * 24L + hour) * HOUR_MS, 6);
        r.sipLo = Ip.mapped(0x0A00_0000 | host);
        r.dport = port;
        flows.add(r);
        return r;
    }

    private void flows(int n, int day, int host, int port) {
        for (int i = 0; i < n; i++) {
            flow(day, i % 24, host, port);
        }
    }

    @BeforeEach
    void site() {
        SampleSite.bench(directory);
        bench = new Workbench(directory, Tools::create);
        bench.set("SILK_CONFIG_FILE", "silk.conf").set("SILK_CLOBBER", "1");
    }

    private void write() throws IOException {
        SampleSite.write(bench.path("f.rw"), flows.toArray(FlowRecord[]::new));
    }

    private List<String> rows(String pipeline, String... switches) {
        List<String> words = new ArrayList<>(List.of("changed", pipeline));
        words.addAll(List.of(switches));
        words.addAll(List.of("--no-titles", "--delimited=,"));
        return bench.good(words.toArray(String[]::new)).lines().toList();
    }

    @Test
    void whatIsNewAndGoneAndMoreAndLess() throws IOException {
        flows(100, 2, 1, 80);
        flows(200, 3, 1, 80);
        flows(90, 2, 2, 80);
        flows(10, 3, 2, 80);
        flows(25, 3, 3, 22);
        flows(16, 2, 4, 23);
        flows(50, 2, 5, 25);
        flows(55, 3, 5, 25);
        flows(8, 3, 6, 26);
        write();
        String pipeline = "rwfilter --proto=6 --pass=- f.rw | rwuniq --fields=sip,dport";
        assertThat(rows(pipeline, WINDOWS, AFTER))
                .containsExactly(
                        "grown,10.0.0.1,80,100,200,100,17.3,5.8",
                        "shrunk,10.0.0.2,80,90,10,-80,10,8",
                        "new,10.0.0.3,22,0,25,25,5,5",
                        "gone,10.0.0.4,23,16,0,-16,4,4");
        assertThat(rows(pipeline, WINDOWS, AFTER, "--rank=score", "--count=2"))
                .containsExactly(
                        "shrunk,10.0.0.2,80,90,10,-80,10,8",
                        "grown,10.0.0.1,80,100,200,100,17.3,5.8");
        assertThat(rows(pipeline, WINDOWS, AFTER, "--noise=0")).hasSize(6);
        assertThat(rows("rwuniq --fields=sip --values=bytes f.rw", WINDOWS, AFTER, "--noise=5.5"))
                .containsExactly(
                        "grown,10.0.0.1,4000,8000,4000,692.8,5.8",
                        "shrunk,10.0.0.2,3600,400,-3200,400,8");
        String all = bench.good("changed", pipeline, WINDOWS, AFTER, "--count=1");
        assertThat(all.lines())
                .contains(
                        "before: 2024/02/27T00:00:00 to 2024/02/27T23:59:59",
                        "after: 2024/02/28T00:00:00 to 2024/02/28T23:59:59",
                        "keys: 4 before, 5 after; 1 new, 1 gone, 1 grown, 1 shrunk, 2 within the"
                                + " noise",
                        "noise of Records: chance; changes count from 3 times that");
    }

    @Test
    void everyKindOfAnswerIsCompared() throws IOException {
        flows(100, 2, 1, 80);
        flows(200, 3, 1, 80);
        write();
        for (String last :
                List.of(
                        "rwstats --fields=sip --count=1",
                        "rwset --sip-file=-",
                        "rwbag --bag-file=sipv4,records,-",
                        "rwaggbag --keys=sipv4 --counters=records --output-path=-",
                        "rwaddrcount --print-recs")) {
            String pipeline = "rwcat f.rw | " + last;
            assertThat(rows(pipeline, WINDOWS, AFTER))
                    .as(last)
                    .containsExactly("grown,10.0.0.1,100,200,100,17.3,5.8");
        }
        assertThat(rows("rwtotal --dport f.rw", WINDOWS, AFTER))
                .containsExactly("grown,80,100,200,100,17.3,5.8");
    }

    @Test
    void oneWindowMayHaveSeveralParts() throws IOException {
        // 10, 20, 30 flows, then 60, all of them from 4 to 5 o'clock.
        for (int day = 0; day < 4; day++) {
            for (int i = 0; i < new int[] {10, 20, 30, 60}[day]; i++) {
                flow(day, 4, 1, 80);
            }
            flow(day, 7, 1, 443);
        }
        write();
        String before = "--before=2024/02/25..2024/02/27";
        // 10 times the root of 4/3.
        assertThat(rows("rwuniq --fields=dport f.rw", before, AFTER))
                .containsExactly("grown,80,20,60,40,11.5,3.5");
        assertThat(rows("rwcount --bin-size=3600 f.rw", before, AFTER))
                .containsExactly("grown,2024/02/28T04:00:00.000,20,60,40,11.5,3.5");
        assertThat(rows("rwuniq --fields=proto --values=distinct:dport f.rw", before, AFTER))
                .isEmpty();
        // Half a day: the rate counts.
        assertThat(
                        rows(
                                "rwuniq --fields=dport f.rw",
                                "--before=2024/02/27",
                                "--after=2024/02/28:00..2024/02/28:11",
                                "--noise=0"))
                .containsExactly("grown,80,15,60,45,6.7,6.7", "grown,443,0.5,1,0.5,1,0.5");
    }

    /// All values of random flows, by a table that is made without any cleverness.
    @Test
    void randomFlowsChangeAsTheyShould() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            FlowRecord r = flow(random.nextInt(4), random.nextInt(24), random.nextInt(40), 80);
            r.bytes = random.nextInt(1000);
        }
        write();
        Map<Integer, long[][]> sums = new TreeMap<>();
        for (FlowRecord r : flows) {
            int day = (int) ((r.stimeMs() - FIRST_MS) / (24 * HOUR_MS));
            long[] cell = sums.computeIfAbsent((int) r.sipLo & 0xFF, k -> new long[4][2])[day];
            cell[0] += r.bytes;
            cell[1]++;
        }
        TreeSet<String> expected = new TreeSet<>();
        sums.forEach((host, days) -> {
            double before = (days[0][0] + days[1][0] + days[2][0]) / 3.0;
            double flows = days[0][1] + days[1][1] + days[2][1] + days[3][1];
            double chance = (3 * before + days[3][0]) / flows * Math.sqrt(flows / 3);
            double variance = 0;
            for (int day = 0; day < 3; day++) {
                variance += Math.pow(days[day][0] - before, 2) / 2;
            }
            double noise = Math.max(chance, Math.sqrt(variance * 4 / 3));
            double change = days[3][0] - before;
            expected.add(
                    String.format(
                            "%s,10.0.0.%d,%s,%d,%s,%s",
                            change > 0 ? "grown" : "shrunk",
                            host,
                            shown(before),
                            days[3][0],
                            shown(change),
                            shown(noise)));
        });
        List<String> rows =
                rows(
                        "rwuniq --fields=sip --values=bytes f.rw",
                        "--before=2024/02/25..2024/02/27",
                        AFTER,
                        "--noise=0");
        assertThat(rows.stream().map(r -> r.substring(0, r.lastIndexOf(','))))
                .containsExactlyInAnyOrderElementsOf(expected);
        List<Double> sizes =
                rows.stream().map(r -> Math.abs(Double.parseDouble(r.split(",", -1)[4]))).toList();
        assertThat(sizes).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    private static String shown(double value) {
        return String.format(Math.rint(value) == value ? "%.0f" : "%.1f", value);
    }

    @Test
    void theRepositoryIsReadInTheHoursOfEachWindow() throws IOException {
        hour("data/in/2024/02/27/in-NORTH_20240227.05", 2, 5, 10);
        hour("data/in/2024/02/28/in-NORTH_20240228.05", 3, 5, 40);
        hour("data/in/2024/02/28/in-NORTH_20240228.09", 3, 9, 5);
        bench.set("SILK_DATA_ROOTDIR", "data");
        String pipeline = "rwfilter --proto=6 --pass=- | rwuniq --fields=sip";
        assertThat(rows(pipeline, WINDOWS, AFTER))
                .containsExactly("grown,10.0.0.1,10,45,35,7.4,4.7");
        assertThat(rows(pipeline, "--before=2024/02/27:05", "--after=2024/02/28:05"))
                .containsExactly("grown,10.0.0.1,10,40,30,7.1,4.2");
        Workbench.Result dated =
                bench.run(
                        "changed",
                        pipeline.replace("--proto", "--start-date=2024/02/27 --proto"),
                        WINDOWS,
                        AFTER);
        assertThat(dated.status()).isEqualTo(1);
        assertThat(dated.err()).contains("rwfilter: --start-date is given twice");
    }

    private void hour(String name, int day, int hour, int n) throws IOException {
        Files.createDirectories(bench.path(name).getParent());
        flows.clear();
        for (int i = 0; i < n; i++) {
            flow(day, hour, 1, 80);
        }
        SampleSite.write(bench.path(name), flows.toArray(FlowRecord[]::new));
    }

    @Test
    void statusAndStructure() throws IOException {
        flows(100, 2, 1, 80);
        flows(200, 3, 1, 80);
        write();
        assertThat(
                        bench.good(
                                "changed",
                                "rwuniq --fields=sip f.rw",
                                WINDOWS,
                                AFTER,
                                "--output-format=ndjson"))
                .isEqualTo(
                        "{\"change\":\"grown\",\"sIP\":\"10.0.0.1\",\"before\":100,\"after\":200,"
                                + "\"difference\":100,\"noise\":17.3,\"score\":5.8}\n");
        Workbench.Result none =
                bench.run(
                        "changed",
                        "rwuniq --fields=proto f.rw",
                        "--before=2024/02/25",
                        "--after=2024/02/26",
                        "--fail-if-empty");
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).isEmpty();
        byte[] whole = bench.octets("f.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 5));
        Workbench.Result cut =
                bench.run(
                        "changed",
                        "rwfilter --proto=6 --pass=- cut.rw | rwuniq --fields=sip",
                        WINDOWS,
                        AFTER);
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).contains("rwfilter: cut.rw");
        assertThat(cut.out()).contains("199");
    }

    private String refused(String pipeline, String... switches) {
        List<String> words = new ArrayList<>(List.of("changed", pipeline));
        words.addAll(List.of(switches));
        Workbench.Result result = bench.run(words.toArray(String[]::new));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        return result.err();
    }

    @Test
    void whatCannotBeComparedIsRefused() throws IOException {
        flows(1, 2, 1, 80);
        write();
        String uniq = "rwuniq --fields=sip f.rw";
        assertThat(refused("rwcut f.rw", WINDOWS, AFTER))
                .isEqualTo("rwcut: the last command makes neither groups nor sets nor bins\n");
        assertThat(refused("rwuniq --fields=sip", WINDOWS, AFTER)).contains("read once only");
        for (String two : List.of("rwuniq", "rwstats --count=9")) {
            String line = two + " --fields=sip --values=bytes,packets f.rw";
            assertThat(refused(line, WINDOWS, AFTER))
                    .contains("ask for one of Bytes, Packets at a time");
        }
        assertThat(refused("rwuniq --fields=sip --values=stime-earliest f.rw", WINDOWS, AFTER))
                .contains("is no amount");
        assertThat(
                        refused(
                                "rwuniq --fields=sip --values=distinct:dip f.rw",
                                WINDOWS,
                                "--after=2024/02/28:00..2024/02/28:06"))
                .contains("what is distinct does not grow with time");
        assertThat(refused("rwcount --bin-size=7000 f.rw", WINDOWS, AFTER))
                .contains("bins of time have to divide");
        assertThat(refused(uniq, WINDOWS)).contains("--after is required");
        assertThat(refused(uniq, WINDOWS, "--after=2024/02/27:10")).contains("overlap");
        assertThat(refused(uniq, WINDOWS, "--after=2038/02/27:10")).contains("has not begun");
        assertThat(refused(uniq, WINDOWS, "--after=sometime")).contains("invalid --after");
        assertThat(refused("rwnothing | rwuniq", WINDOWS, AFTER)).contains("rwnothing");
        assertThat(refused("rwuniq --fields=sipp f.rw", WINDOWS, AFTER))
                .contains("unknown field 'sipp'");
        assertThat(refused("rwsiteinfo --fields=sensor", WINDOWS, AFTER))
                .contains("have to ask something of flows");
    }
}
