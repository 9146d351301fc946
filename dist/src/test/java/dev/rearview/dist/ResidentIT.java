package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands that a shell starts, with and without a resident engine: what they print, return and
/// leave behind is the same.
class ResidentIT {
    private static final Path CLIENT = Shell.ROOT.resolve("dist/target/rearview.client");
    private static final String FLOWS =
            """
            sIP|dIP|sPort|dPort|protocol|packets|bytes|sTime|duration
            198.51.100.77|192.0.2.1|40000|21|6|1|40|2024/02/28T08:00:00|0
            192.0.2.10|1.0.1.9|443|50000|6|20|90000|2024/02/28T08:10:00|4
            203.0.113.9|192.0.2.10|53|50002|17|2|300|2024/02/28T09:11:00|0
            """;

    private static final List<String> LINES =
            List.of(
                    "rwcut flows.rw",
                    "rwcut --fields=sip,bytes < flows.rw",
                    "rwfilter --proto=6 --pass=stdout flows.rw | rwuniq --fields=sip --no-titles",
                    "{ rwcut --fields=1 flows.rw; echo between; rwcut --fields=2 flows.rw; } > f; cat f",
                    "echo first > f; rwcut flows.rw >> f; rwcut --fields=2 flows.rw >> f; cat f",
                    "rwcut flows.rw | head -n 1",
                    "rwcut nowhere.rw; echo $?",
                    "rwcut --nonsense; echo $?",
                    "rwcut flows.rw >&-; echo $?",
                    "rwcut flows.rw 2>&-; echo $?",
                    "rwfilter --proto=17 --pass=p.rw --fail=f.rw flows.rw; rwcut p.rw",
                    "umask 077; rwfilter --proto=17 --pass=private.rw flows.rw",
                    "umask 002; rwsort --fields=bytes --output-path=group.rw flows.rw",
                    "umask 0; rwset --sip-file=all.set flows.rw; rwsetcat all.set",
                    "TZ=EST5EDT rwcut --fields=stime --timestamp-format=local flows.rw",
                    "SILK_CLOBBER= rwcat --output-path=flows.rw flows.rw; echo $?",
                    "mkdir d; cd d; rwcut --fields=3 ../flows.rw",
                    "rwcut --fields=1 /dev/stdin < flows.rw",
                    "bash -c 'rwcut --fields=1 <(cat flows.rw)'",
                    "rwsetbuild flows.txt x.set; echo $?",
                    "rwcut --fields=5 flows.rw > /dev/full; echo $?",
                    "mkfifo p; rwcat flows.rw > p & rwcut p; wait",
                    "rwcut flows.rw | { read a; echo $a; cat > /dev/null; }",
                    "for i in 1 2 3; do rwcat flows.rw flows.rw flows.rw > t; mv t flows.rw; done;"
                            + " rwsort --fields=bytes flows.rw | rwcut --fields=bytes | sort -u",
                    "exec 3< flows.txt; head -c 0 <&3; rwtuc <&3 | rwcut --no-titles",
                    "trap '' INT; rwcut --fields=1 flows.rw",
                    "nohup rwcut --fields=1 flows.rw < /dev/null",
                    "ulimit -f 1; rwcut flows.rw",
                    "rwswapbytes --big-endian flows.rw | rwcut",
                    "rwcat flows.rw | rwrandomizeip --seed=1 | rwuniq --fields=sip",
                    "rwfilter --proto=6 --pass=stdout flows.rw | rwfilter --sport=443 --pass=- -"
                            + " | rwstats --fields=sip --count=1");

    @TempDir Path directory;
    private Shell with;
    private Shell without;
    private long engine;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(CLIENT), "no compiler for C has built " + CLIENT);
        Map<String, String> variables = new HashMap<>();
        variables.put("XDG_RUNTIME_DIR", directory.toString());
        variables.put("SILK_IPV6_POLICY", "ignore");
        variables.put("REARVIEW_ENGINE", "on");
        with = new Shell(Files.createDirectory(directory.resolve("with")), Map.copyOf(variables));
        variables.put("REARVIEW_ENGINE", "off");
        without = new Shell(Files.createDirectory(directory.resolve("out")), Map.copyOf(variables));
        for (Shell shell : List.of(with, without)) {
            Files.writeString(shell.directory().resolve("flows.txt"), FLOWS);
            assertThat(shell.run("rwtuc flows.txt > flows.rw").exit()).isZero();
        }
        engine = started(with.run("rearview engine start"));
    }

    private static long started(Shell.Result r) {
        assertThat(r.err()).isEmpty();
        Matcher m = Pattern.compile("as process (\\d+)").matcher(r.out());
        assertThat(m.find()).as(r.out()).isTrue();
        return Long.parseLong(m.group(1));
    }

    @AfterEach
    void stop() throws Exception {
        if (with != null) {
            assertThat(with.run("rearview engine stop").exit()).isZero();
            assertThat(isAlive(engine)).isFalse();
        }
    }

    private static boolean isAlive(long process) {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    /// How many requests the engine has taken.
    private long served() throws Exception {
        return counted("served");
    }

    /// A count of the engine's status, by the word behind it.
    private long counted(String what) throws Exception {
        Matcher m =
                Pattern.compile("(\\d+) " + what).matcher(with.run("rearview engine status").out());
        assertThat(m.find()).isTrue();
        return Long.parseLong(m.group(1));
    }

    /// The files of a directory, with modes and contents.
    private static Map<String, String> files(Path of) throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (Stream<Path> all = Files.list(of)) {
            // The shell's own are compared by themselves: messages name the directory.
            List<Path> found =
                    all.filter(Files::isRegularFile)
                            .filter(p -> !p.getFileName().toString().startsWith("std"))
                            .toList();
            for (Path p : found) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(p));
                out.put(
                        p.getFileName().toString(),
                        mode + " " + Arrays.hashCode(Files.readAllBytes(p)));
            }
        }
        return out;
    }

    /// What a line of shell did in a directory of its own.
    private record Outcome(Shell.Result result, Map<String, String> files) {
        static Outcome of(Shell shell, String line, int number) throws Exception {
            Path own = Files.createDirectory(shell.directory().resolve("line-" + number));
            for (String name : List.of("flows.txt", "flows.rw")) {
                Files.copy(shell.directory().resolve(name), own.resolve(name));
            }
            Shell.Result r = new Shell(own, shell.environment()).run(line);
            Shell.Result plain =
                    new Shell.Result(r.exit(), r.out(), r.err().replace(own + "/", ""));
            return new Outcome(plain, ResidentIT.files(own));
        }
    }

    @Test
    void linesDoTheSame() throws Exception {
        long before = served();
        List<String> different = new ArrayList<>();
        for (int i = 0; i < LINES.size(); i++) {
            Outcome expected = Outcome.of(without, LINES.get(i), i);
            Outcome actual = Outcome.of(with, LINES.get(i), i);
            if (!actual.equals(expected)) {
                different.add(LINES.get(i) + "\n  " + expected + "\n  " + actual);
            }
        }
        assertThat(different).isEmpty();
        assertThat(served()).isGreaterThan(before + LINES.size());
    }

    /// On a busy machine a reader comes to the engine long after the writer of its pipe: who will
    /// be one is waited for, and nobody else.
    @Test
    void aReaderThatStartsLateIsWaitedFor() throws Exception {
        Path slow = Files.createDirectory(with.directory().resolve("slow")).resolve("rwuniq");
        Files.writeString(
                slow, "#!/bin/sh\nsleep 0.1\nexec " + Shell.ROOT + "/bin/rwuniq \"$@\"\n");
        assertThat(slow.toFile().setExecutable(true)).isTrue();
        String line = "rwfilter --proto=6 --pass=stdout flows.rw | %s --fields=dport";
        long before = counted("fused");
        Shell.Result late = with.run(line.formatted(slow));
        assertThat(counted("fused")).isEqualTo(before + 1);
        assertThat(late).isEqualTo(without.run(line.formatted("rwuniq")));
        assertThat(with.run("rwfilter --proto=6 --pass=stdout flows.rw | cat | rwcut").exit())
                .isZero();
        assertThat(counted("fused")).isEqualTo(before + 1);
    }

    /// A process of its own reads what the JVM happens to have opened under that number.
    @Test
    void aClosedInputIsAnError() throws Exception {
        Shell.Result r = with.run("rwtuc <&-; echo $?");
        assertThat(r.out()).isEqualTo("1\n");
        assertThat(r.err()).contains("Bad file descriptor");
    }

    @Test
    void commandsAreHandedOver() throws Exception {
        long before = served();
        assertThat(with.run("rwcut flows.rw | cat; rwcut --help | cat").exit()).isZero();
        assertThat(served()).isEqualTo(before + 2);
        assertThat(with.run("rearview engine start").out()).contains("runs already");
    }

    /// One end of a pair of sockets, as inetd gives it.
    @Test
    void aSocketIsAStreamLikeAnyOther() throws Exception {
        assumeTrue(with.run("command -v python3").exit() == 0, "no python3");
        Shell.Result r =
                with.run(
                        """
                        python3 -c '
                        import socket, subprocess
                        a, b = socket.socketpair()
                        p = subprocess.Popen(["rwcut", "--fields=sip", "--no-titles", "flows.rw"], stdout=b)
                        b.close()
                        print(p.wait(), len(a.recv(10000)))
                        '\
                        """);
        assertThat(r.out()).isEqualTo("0 51\n");
    }

    /// A terminal: no flows go there, and Ctrl-C ends the command, not the engine.
    @Test
    void aTerminalIsRecognised() throws Exception {
        assumeTrue(with.run("command -v script").exit() == 0, "no script");
        Shell.Result r = with.run("script -qec 'rwcat flows.rw; echo $?' /dev/null < /dev/null");
        assertThat(r.out()).contains("will not write binary data to a terminal").contains("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalEndsTheCommandAndLeavesNothing(String signal) throws Exception {
        String line =
                "mkfifo f; (cat flows.rw; sleep 4) > f & timeout -s %s 1 rwcat --output-path=half.rw f;"
                                .formatted(signal)
                        + " ls -A | grep -v '^f'";
        Shell.Result expected = without.run(line);
        Shell.Result actual = with.run(line);
        assertThat(actual.out()).isEqualTo(expected.out()).doesNotContain("tmp");
        assertThat(isAlive(engine)).isTrue();
    }

    /// As `timeout` does it: to the command, and to its group.
    @Test
    void aSecondSignalDoesNotEndItSooner() throws Exception {
        Shell.Result r =
                with.run(
                        "mkfifo f; (cat flows.rw; sleep 4) > f & rwcat --output-path=half.rw f &"
                                + " sleep 0.7; kill -TERM $!; sleep 0.05; kill -TERM $!; wait $!;"
                                + " echo $?; ls -A | grep -v '^f'");
        assertThat(r.out()).startsWith("143\n").doesNotContain("half", "tmp");
    }

    /// As of a plain process, but that the shell is told of the signal.
    @Test
    void theStatusIsThatOfTheSignal() throws Exception {
        for (Shell shell : List.of(with, without)) {
            Shell.Result r =
                    shell.run(
                            "mkfifo f; sleep 5 > f & rwcut f & sleep 0.7; kill -TERM $!; wait $!;"
                                    + " echo $?");
            assertThat(r.out()).isEqualTo("143\n");
        }
    }

    @Test
    void aClientThatIsKilledCancels() throws Exception {
        Shell.Result r =
                with.run(
                        "mkfifo f; { cat flows.rw; sleep 3; } > f & rwcat --output-path=half.rw - < f &"
                                + " sleep 0.7; ls -A | grep -c rw.*tmp; kill -9 $!; sleep 0.5;"
                                + " ls -A | grep -c rw.*tmp; rearview engine status | grep running");
        assertThat(r.out()).startsWith("1\n0\n").contains("running   0 of");
    }

    @Test
    void anEngineThatIsKilledIsAnErrorAndNoShortOutput() throws Exception {
        Shell.Result r =
                with.run(
                        "mkfifo f; { cat flows.rw; sleep 3; } > f & rwcut f > t & sleep 0.7;"
                                + " kill -9 %d; wait $!; echo $?; rwcut --fields=1 --no-titles flows.rw"
                                        .formatted(engine));
        assertThat(r.err()).contains("rwcut: the resident engine has ended in the middle of this");
        assertThat(r.out()).startsWith("1\n").contains("203.0.113.9");
        // The next one finds the socket that was left.
        engine = started(with.run("rearview engine start"));
        assertThat(served()).isZero();
    }

    @Test
    void manyScriptsAtOnce() throws Exception {
        Shell.Result r =
                with.run(
                        "for i in $(seq 100); do (rwfilter --proto=6 --pass=stdout flows.rw"
                                + " | rwsort --fields=bytes | rwuniq --fields=sip --no-titles > o.$i)"
                                + " & done; wait; cat o.* | sort | uniq -c");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).hasLineCount(2).contains("100  ");
    }

    @Test
    void twoStartsAtOnceMakeOneEngine() throws Exception {
        assertThat(with.run("rearview engine stop").exit()).isZero();
        Shell.Result r = with.run("rearview engine start & rearview engine start; wait");
        assertThat(r.out().lines().map(l -> l.replaceAll("\\D", "")).distinct()).hasSize(1);
        engine = Long.parseLong(r.out().lines().findFirst().orElseThrow().replaceAll("\\D", ""));
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsNotUsed() throws Exception {
        long before = served();
        Path place;
        try (Stream<Path> all = Files.list(directory)) {
            place =
                    all.filter(p -> p.getFileName().toString().startsWith("rearview-"))
                            .findFirst()
                            .orElseThrow();
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(with.run("rwcut --fields=1 flows.rw").exit()).isZero();
        Shell.Result r = with.run("rearview engine status");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err()).contains("mode 0700");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
        assertThat(served()).isEqualTo(before);
    }

    /// The first command runs by itself and starts the engine for the others.
    @Test
    void itStartsByItselfWhereThatIsWanted() throws Exception {
        assertThat(with.run("rearview engine stop").exit()).isZero();
        Map<String, String> variables = new HashMap<>(with.environment());
        variables.put("REARVIEW_ENGINE", "auto");
        Shell auto = new Shell(with.directory(), variables);
        assertThat(auto.run("rwcut --fields=1 flows.rw").exit()).isZero();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (with.run("rearview engine status").exit() != 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(auto.run("rwcut --fields=1 flows.rw").exit()).isZero();
        assertThat(served()).isEqualTo(1);
        Matcher m =
                Pattern.compile("pid +(\\d+)").matcher(with.run("rearview engine status").out());
        assertThat(m.find()).isTrue();
        engine = Long.parseLong(m.group(1));
    }
}
