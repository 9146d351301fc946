package dev.rearview.tools.rwfilter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfglob.RwFGlob;
import dev.rearview.tools.rwtuc.RwTuc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files of the repository the switches select, and in which order.
class SelectionTest {
    @TempDir Path directory;

    @BeforeEach
    void site() throws IOException {
        Files.writeString(
                directory.resolve("silk.conf"),
                """
                version 2
                sensor 0 S0
                sensor 1 S1
                sensor 2 S2
                sensor 3 S3
                group pair
                    sensors S1 S0
                end group
                class all
                    sensors S1 S0
                    type 3 out out
                    type 1 in in
                    default-types in
                end class
                class lab
                    sensors S0 S3
                    type 5 in labin
                    type 4 out labout
                    default-types in
                end class
                default-class all
                """);
    }

    private Workbench.Result glob(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "rwfglob",
                                "--data-rootdir=.",
                                "--site-config-file=silk.conf",
                                "--start-date=2026/01/02:03",
                                "--print-missing-files",
                                "--no-summary"));
        words.addAll(List.of(more));
        return new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new)
                .run(words.toArray(String[]::new));
    }

    /// The names of the hour's files without directories and date.
    private static String names(Workbench.Result r) {
        return String.join(
                " ",
                r.err()
                        .lines()
                        .filter(l -> l.startsWith("Missing"))
                        .map(l -> l.replaceFirst(".*/", "").replace("_20260102.03", ""))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "--flowtypes=all/in|lab/out, in-S0 in-S1 labout-S0 labout-S3",
        "--flowtypes=lab/out|all/in, labout-S0 labout-S3 in-S0 in-S1",
        "--flowtypes=all/in, in-S0 in-S1",
        "--flowtypes=lab/all, labin-S0 labin-S3 labout-S0 labout-S3",
        "--flowtypes=all/all, in-S0 in-S1 out-S0 out-S1 labout-S0 labout-S3 labin-S0 labin-S3",
        "--type=all, out-S0 out-S1 in-S0 in-S1",
        "--type=in|out, in-S0 in-S1 out-S0 out-S1",
        "--sensors=S1|S0, in-S1 in-S0",
        "--sensors=pair, in-S1 in-S0",
        "--sensors=1|0-1, in-S1 in-S0",
        "--sensors=0-1, in-S0 in-S1"
    })
    void pairsAndOrders(String option, String expected) {
        Workbench.Result r = glob(option.replace('|', ','));
        assertThat(names(r)).isEqualTo(expected);
        assertThat(r.status()).isZero();
    }

    @Test
    void classesOfAPairAreThoseNamedInFilesToo() {
        Workbench bench =
                new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new);
        bench.write(
                "f.txt",
                """
                sip|class|type
                1.1.1.1|all|in
                2.2.2.2|lab|in
                3.3.3.3|all|out
                4.4.4.4|lab|out
                """);
        bench.good("rwtuc --site-config-file=silk.conf --output-path=f.rw f.txt");
        String conf = "--site-config-file=silk.conf";
        assertThat(
                        bench.run(
                                        "rwfilter",
                                        conf,
                                        "--flowtypes=all/in,lab/out",
                                        "--pass=o.rw",
                                        "f.rw")
                                .status())
                .isZero();
        assertThat(
                        bench.run(
                                        "rwcut",
                                        conf,
                                        "--fields=sip",
                                        "--no-titles",
                                        "--delimited",
                                        "o.rw")
                                .lines())
                .containsExactly("1.1.1.1", "4.4.4.4");
    }

    @Test
    void severalClassesAreRefused() {
        Workbench.Result r = glob("--class=all,lab");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("use --flowtypes");
        assertThat(names(r)).isEmpty();
    }

    @Test
    void aSensorThatNoClassHasIsIgnoredWithAWarning() {
        Workbench.Result r = glob("--sensors=S2,S1");
        assertThat(r.status()).isZero();
        assertThat(names(r)).isEqualTo("in-S1");
        assertThat(r.err()).startsWith("rwfglob: sensor 'S2' is ignored");
    }

    @Test
    void aPairWithoutSensorIsAnError() {
        Workbench.Result r = glob("--flowtypes=all/in,lab/in", "--sensors=S1");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("class 'lab'", "lab/in");
        assertThat(names(r)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--start-date=2026-01-02T03",
                "--start-date=2026-01-02T03:00Z",
                "--start-date=2026-01-02 03:59:59.999",
                "--start-date=2026/01/02T03"
            })
    void isoDatesNameHours(String start) {
        Workbench.Result r =
                new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new)
                        .run(
                                "rwfglob",
                                "--data-rootdir=.",
                                start,
                                "--print-missing-files",
                                "--no-summary");
        assertThat(names(r)).isEqualTo("in-S0 in-S1");
        assertThat(r.status()).isZero();
    }

    @Test
    void aDayThatCountsFromNowIsAWholeDay() {
        LocalDate before = LocalDate.now(ZoneOffset.UTC);
        Workbench.Result r =
                new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new)
                        .run(
                                "rwfglob",
                                "--data-rootdir=.",
                                "--start-date=-7d",
                                "--end-date=yesterday",
                                "--sensors=S0",
                                "--print-missing-files",
                                "--no-summary");
        LocalDate after = LocalDate.now(ZoneOffset.UTC);
        List<String> lines = r.err().lines().toList();
        assertThat(lines).hasSize(7 * 24);
        DateTimeFormatter form = DateTimeFormatter.ofPattern("yyyyMMdd");
        assertThat(Stream.of(before, after).map(d -> d.minusDays(7).format(form) + ".00"))
                .anyMatch(lines.getFirst()::endsWith);
        assertThat(Stream.of(before, after).map(d -> d.minusDays(1).format(form) + ".23"))
                .anyMatch(lines.getLast()::endsWith);
    }

    @Test
    void whatExistsInManyYearsIsFound() throws IOException {
        Path day = Files.createDirectories(directory.resolve("in/2026/01/02"));
        Files.writeString(day.resolve("in-S1_20260102.03"), "");
        Files.writeString(day.resolve("in-S0_20260102.03.gz"), "");
        Workbench.Result r =
                new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new)
                        .run(
                                "rwfglob",
                                "--data-rootdir=.",
                                "--type=all",
                                "--start-date=1970/01/01",
                                "--end-date=2037/12/31",
                                "--no-block-check");
        assertThat(r.lines())
                .containsExactly(
                        "./in/2026/01/02/in-S0_20260102.03.gz",
                        "./in/2026/01/02/in-S1_20260102.03",
                        "globbed 2 files");
        assertThat(r.status()).isZero();
    }

    @Test
    void aDirectoryThatCannotBeListedIsToldAndTheOthersAre() throws IOException {
        Path day = Files.createDirectories(directory.resolve("in/2026/01/02"));
        Files.writeString(day.resolve("in-S1_20260102.03"), "");
        Files.writeString(directory.resolve("in/2026/01/03"), "no directory");
        Workbench.Result r =
                new Workbench(directory, RwCut::new, RwFGlob::new, RwFilter::new, RwTuc::new)
                        .run(
                                "rwfglob",
                                "--data-rootdir=.",
                                "--start-date=2026/01/01",
                                "--end-date=2026/01/04",
                                "--no-summary");
        assertThat(r.lines()).containsExactly("./in/2026/01/02/in-S1_20260102.03");
        assertThat(r.err()).contains("in/2026/01/03").contains("no directory");
        assertThat(r.status()).isEqualTo(1);
    }
}
