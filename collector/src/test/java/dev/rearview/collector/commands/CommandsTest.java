package dev.rearview.collector.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir Path directory;
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();
    private final Commands commands = new Commands(problems::add);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a;touch x;b",
                "$(touch y)",
                "`touch z`",
                "two words",
                "%s",
                "'",
                "\"",
                "a\nb",
                "*"
            })
    void aNameStaysOneWord(String name) {
        assertThat(new PathCommand("cp %s '/to here/%s.100%%'").of(name))
                .containsExactly("cp", name, "/to here/" + name + ".100%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip %s; rm %s", "gzip $HOME", "gzip %s && x", "a | b", "x > y", "'"})
    void whatAShellWouldHaveToDoIsRefused(String template) {
        assertThatThrownBy(() -> new PathCommand(template))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip %f", "gzip %"})
    void aPercentSignHasAMeaning(String template) {
        assertThatThrownBy(() -> new PathCommand(template)).hasMessageContaining("'%'");
    }

    private static void await(Path file) throws Exception {
        for (int i = 0; i < 500 && !(Files.exists(file) && Files.size(file) > 0); i++) {
            Thread.sleep(20);
        }
        assertThat(file).isNotEmptyFile();
    }

    @Test
    void noNameIsRun() throws Exception {
        Path from = Files.writeString(directory.resolve("a;touch x;b $(touch y)"), "1");
        Path to = directory.resolve("copy");
        commands.run(new PathCommand("cp %s " + to), from.toString());
        await(to);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(from, to);
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void failureIsTold() throws Exception {
        commands.run(new PathCommand("false %s"), "name");
        assertThat(problems.poll(20, TimeUnit.SECONDS)).isEqualTo("Exit status 1 of false name");
        commands.run(new PathCommand("/no/such/program"), "name");
        assertThat(problems.poll(20, TimeUnit.SECONDS)).startsWith("Cannot run /no/such/program: ");
        commands.run(new PathCommand(""), "name");
        assertThat(problems).isEmpty();
    }

    /// Each waits for a file; so as many are running as may.
    @Test
    void manyTakeTurns() throws Exception {
        Path go = directory.resolve("go");
        Path script = directory.resolve("script");
        Files.writeString(
                script,
                "touch \"$1.started\"; while [ ! -e '"
                        + go
                        + "' ]; do sleep 0.05; done\n"
                        + "echo done > \"$1\"\n");
        PathCommand command = new PathCommand("sh " + script + " %s");
        int all = Commands.MAX_RUNNING + 5;
        for (int i = 0; i < all; i++) {
            commands.run(command, directory.resolve("out" + i).toString());
        }
        for (int i = 0; i < 500 && started() < Commands.MAX_RUNNING; i++) {
            Thread.sleep(20);
        }
        assertThat(started()).isEqualTo(Commands.MAX_RUNNING);
        Files.createFile(go);
        for (int i = 0; i < all; i++) {
            await(directory.resolve("out" + i));
        }
        assertThat(problems).isEmpty();
    }

    private long started() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".started")).count();
        }
    }

    @Test
    void moreThanMayWaitAreNotRunAndTold() throws Exception {
        Path go = directory.resolve("go");
        PathCommand waits =
                new PathCommand("sh -c 'while [ ! -e \"$0\" ]; do sleep 0.05; done' " + go);
        for (int i = 0; i < Commands.MAX_RUNNING + Commands.MAX_WAITING; i++) {
            commands.run(waits, "");
        }
        assertThat(problems).isEmpty();
        commands.run(new PathCommand("true %s"), "one-too-many");
        assertThat(problems).singleElement().asString().endsWith(": true one-too-many");
        commands.close();
        assertThat(problems).hasSize(2).contains("Not run, as this ends: 1024 commands");
        Files.createFile(go);
        for (int i = 0; i < 500 && commands.running() > 0; i++) {
            Thread.sleep(20);
        }
        assertThat(commands.running()).isZero();
        assertThat(problems).hasSize(2);
    }
}
