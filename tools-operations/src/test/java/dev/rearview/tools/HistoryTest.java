package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.silk.SilkHeader;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which notes and command lines of their inputs the tools keep, and whether they add their own.
class HistoryTest {
    private static final String FLOWS =
            """
            sIP|dIP|protocol|sTime|packets|
            10.0.0.1|10.0.0.2|6|2024/02/28T10:00:00|3|
            """;
    private static final String MAKE_A = "rwtuc --note-add=a --output-path=a.rw text";
    private static final String MAKE_B = "rwtuc --note-add=b --output-path=b.rw text";

    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void flows() throws IOException {
        bench = new Workbench(directory, Tools::create);
        bench.write("text", FLOWS);
        bench.write("list", "10.0.0.1\n");
        bench.write("counts", "6|1\n");
        bench.write("rows", "protocol|records\n6|1\n");
        bench.good(MAKE_A);
        bench.good(MAKE_B);
    }

    private String told(String field, String file) {
        return bench.good("rwfileinfo --no-titles --fields=" + field + " " + file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwsort --fields=1 --note-add=own --output-path=out a.rw b.rw a.rw",
                "rwdedupe --note-add=own --output-path=out a.rw b.rw a.rw",
                "rwset --note-add=own --sip-file=out a.rw b.rw a.rw",
                "rwbag --note-add=own --bag-file=protocol,records,out a.rw b.rw a.rw",
                "rwaggbag --note-add=own --keys=protocol --counters=records --output-path=out"
                        + " a.rw b.rw a.rw"
            })
    void allThatAllInputsTellAndTheOwnLine(String line) {
        bench.good(line);
        assertThat(told("annotations", "out")).isEqualTo("a\nb\na\nown\n");
        assertThat(told("command-lines", "out"))
                .isEqualTo(String.join("\n", MAKE_A, MAKE_B, MAKE_A, line) + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --note-add=own --proto=6 --pass=out a.rw b.rw",
                "rwcombine --note-add=own --output-path=out a.rw b.rw"
            })
    void whatTheFirstInputTellsAndTheOwnLine(String line) {
        bench.good(line);
        assertThat(told("annotations", "out")).isEqualTo("a\nown\n");
        assertThat(told("command-lines", "out")).isEqualTo(MAKE_A + "\n" + line + "\n");
    }

    @Test
    void whatTheInputTellsAndNoLine() {
        bench.good("rwswapbytes --big-endian --note-add=own a.rw out");
        assertThat(told("annotations", "out")).isEqualTo("a\nown\n");
        assertThat(told("command-lines", "out")).isEqualTo(MAKE_A + "\n");
        bench.good("rwrandomizeip a.rw other");
        assertThat(told("annotations,command-lines", "other"))
                .isEqualTo(told("annotations,command-lines", "a.rw"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwcat --note-add=own --output-path=out a.rw b.rw",
                "rwnetmask --4sip=8 --note-add=own --output-path=out a.rw b.rw"
            })
    void nothingButOwnNotes(String line) {
        bench.good(line);
        assertThat(told("annotations", "out")).isEqualTo("own\n");
        assertThat(told("command-lines", "out")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwmatch --relate=5,5 --note-add=own a.rw b.rw out",
                "rwtuc --note-add=own --output-path=out text",
                "rwsetbuild --note-add=own list out",
                "rwbagbuild --note-add=own --bag-input=counts --output-path=out",
                "rwaggbagbuild --note-add=own --output-path=out rows"
            })
    void theOwnLineAlone(String line) {
        bench.good(line);
        assertThat(told("annotations", "out")).isEqualTo("own\n");
        assertThat(told("command-lines", "out")).isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "rwset --sip-file=FILE, rwsettool --union",
        "'rwbag --bag-file=sipv4,records,FILE', rwbagtool --add",
        "'rwbag --bag-file=sipv4,records,FILE', rwbagtool --coverset",
        "rwaggbag --keys=sipv4 --counters=records --output-path=FILE, rwaggbagtool --add",
        "rwaggbag --keys=sipv4 --counters=records --output-path=FILE,"
                + " rwaggbagtool --to-ipset=sipv4",
        "rwaggbag --keys=sipv4 --counters=records --output-path=FILE,"
                + " 'rwaggbagtool --to-bag=sipv4,records'"
    })
    void notesOfAllAndNoLineOfAny(String make, String combine) {
        bench.good(make.replace("FILE", "a.in") + " a.rw");
        bench.good(make.replace("FILE", "b.in") + " b.rw");
        String line = combine + " --note-add=own --output-path=out a.in b.in a.in";
        bench.good(line);
        assertThat(told("annotations", "out")).isEqualTo("a\nb\na\nown\n");
        boolean isSet = combine.startsWith("rwsettool");
        assertThat(told("command-lines", "out")).isEqualTo(isSet ? line + "\n" : "");
        bench.good(line.replace("--output-path=out", "--note-strip --output-path=bare"));
        assertThat(told("annotations", "bare")).isEqualTo("own\n");
    }

    @Test
    void copiesAndTheSetOfAddressCountsTellNothing() {
        bench.good("rwcut --copy-input=copy --output-path=cut a.rw");
        assertThat(told("annotations,command-lines", "copy")).isEmpty();
        bench.good("rwaddrcount --set-file=set a.rw");
        assertThat(told("annotations,command-lines", "set")).isEmpty();
    }

    @Test
    void aStreamBetweenCommandsOfOneProcessTellsTheSame() {
        bench.good(
                "run",
                "rwfilter --proto=6 --pass=- a.rw b.rw | rwsort --fields=1" + " --output-path=out");
        assertThat(told("annotations", "out")).isEqualTo("a\n");
        assertThat(told("command-lines", "out"))
                .isEqualTo(
                        MAKE_A
                                + """

                                rwfilter --proto=6 --pass=- a.rw b.rw
                                rwsort --fields=1 --output-path=out
                                """);
        bench.good("run", "rwsort --fields=1 a.rw | rwcat --output-path=cat");
        assertThat(told("annotations,command-lines", "cat")).isEmpty();
    }

    /// Of the kinds 2 (command line), 3 (note) and that which says what the file holds.
    @ParameterizedTest
    @CsvSource({
        "'rwset --record-version=3 --note-add=n --sip-file=out a.rw', '2 3 2 3 7'",
        "'rwsettool --union --record-version=4 --note-add=n --output-path=out in.set', '2 3 7'",
        "'rwbag --note-add=n --bag-file=protocol,records,out a.rw', '2 3 2 3 6'",
        "'rwbagbuild --note-add=n --bag-input=counts --output-path=out', '2 3 6'",
        "'rwpmapbuild --note-add=n --input-path=map --output-path=out', '2 3 5'",
        "'rwaggbag --note-add=n --keys=protocol --counters=records --output-path=out a.rw',"
                + " '2 3 8 2 3'",
        "'rwaggbagbuild --note-add=n --output-path=out rows', '8 2 3'"
    })
    void entriesStandInSilksOrder(String line, String kinds) throws IOException {
        bench.write("map", "map-name m\nlabel 1 x\n10.0.0.0/8 x\n");
        bench.good("rwsetbuild list in.set");
        bench.good(line);
        SilkHeader header = SilkHeader.read(Files.newInputStream(bench.path("out")), "out");
        assertThat(
                        header.entries().stream()
                                .map(e -> Integer.toString(e.id()))
                                .collect(Collectors.joining(" ")))
                .isEqualTo(kinds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwsort --fields=1 --output-path=out a.rw",
                "rwfilter --proto=6 --pass=out a.rw",
                "rwcat --output-path=out a.rw",
                "rwnetmask --4sip=8 --output-path=out a.rw",
                "rwset --sip-file=out a.rw",
                "rwbag --bag-file=protocol,records,out a.rw",
                "rwaggbag --keys=protocol --counters=records --output-path=out a.rw",
                "rwtuc --output-path=out text",
                "rwsetbuild list out",
                "rwbagbuild --bag-input=counts --output-path=out",
                "rwaggbagbuild --output-path=out rows",
                "rwpmapbuild --input-path=map --output-path=out"
            })
    void aNoteIsReadFromStandardInput(String line) throws IOException {
        bench.write("map", "label 1 x\n10.0.0.0/8 x\n");
        bench.input("two\nlines\n");
        int blank = line.indexOf(' ');
        bench.good(line.substring(0, blank) + " --note-file-add=-" + line.substring(blank));
        assertThat(told("annotations", "out")).endsWith("two\nlines\n\n");
    }
}
