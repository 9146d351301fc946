package dev.rearview.descriptors;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorStreamsTest {
    /// What ends a run.
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @TempDir Path directory;
    private Stop stop;

    @BeforeEach
    void open() throws IOException {
        stop =
                new Stop(() -> {
                    throw new Ended();
                });
    }

    @AfterEach
    void close() throws IOException {
        stop.close();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /// Does something on a thread of its own.
    private static CompletableFuture<Void> start(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A descriptor of a file of its own, as a client sends it.
    private Descriptor sent(String name, OpenOption... options) throws Exception {
        LocalSocket[] pair = LocalSocket.pair();
        Path file = directory.resolve(name);
        try (LocalSocket one = pair[0];
                LocalSocket other = pair[1];
                FileChannel _ = FileChannel.open(file, options)) {
            one.send(new byte[1], List.of(Descriptor.of(number(file))));
            return other.receive(new byte[1], 0, 1).descriptors().getFirst();
        }
    }

    /// The number under which this process has a file open.
    private static int number(Path file) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path p : all.toList()) {
                if (Files.isSymbolicLink(p) && Files.readSymbolicLink(p).equals(file)) {
                    return Integer.parseInt(p.getFileName().toString());
                }
            }
        }
        throw new IOException("not open: " + file);
    }

    /// A run that begins anew has closed what it could not use.
    @Test
    void whatIsClosedBehindItsGateIsThereLater() throws Exception {
        Files.writeString(directory.resolve("f"), "octets");
        DescriptorInput in = new DescriptorInput(sent("f", READ), stop);
        in.gate(() -> false);
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("not read");
        in.close();
        in.gate(null);
        assertThat(in.readAllBytes()).asString().isEqualTo("octets");
        in.close();
        assertThatThrownBy(in::read).isInstanceOf(IOException.class);
        DescriptorOutput out = new DescriptorOutput(sent("g", CREATE, WRITE), stop);
        out.gate(() -> false);
        out.write('-');
        out.close();
        out.gate(null);
        out.write('x');
        out.close();
        assertThat(directory.resolve("g")).hasContent("x");
    }

    @Test
    void whatSharesADescriptorSharesItsPlace() throws Exception {
        Descriptor one = sent("f", CREATE, WRITE);
        try (DescriptorOutput out = new DescriptorOutput(one, stop);
                DescriptorOutput again = new DescriptorOutput(one, stop)) {
            out.write(octets("first "));
            again.write(octets("second"));
        }
        assertThat(directory.resolve("f")).hasContent("first second");
        assertThat(one.isOpen()).isFalse();
    }

    @Test
    void whatIsAppendedGoesToTheEnd() throws Exception {
        Files.writeString(directory.resolve("f"), "before ");
        try (DescriptorOutput out = new DescriptorOutput(sent("f", CREATE, APPEND), stop)) {
            Files.writeString(directory.resolve("f"), "between ", APPEND);
            out.write(octets("after"));
        }
        assertThat(directory.resolve("f")).hasContent("before between after");
    }

    @Test
    void aFileIsReadFromWhereItStands() throws Exception {
        Files.writeString(directory.resolve("f"), "abcdef");
        Descriptor file = sent("f", READ);
        try (DescriptorInput first = new DescriptorInput(file, stop);
                DescriptorInput second = new DescriptorInput(file, stop)) {
            assertThat(first.read()).isEqualTo('a');
            assertThat(second.available()).isEqualTo(5);
            assertThat(second.readAllBytes()).asString().isEqualTo("bcdef");
            assertThat(first.read()).isEqualTo(-1);
        }
    }

    /// More than a pipe holds, so that the writer waits for the reader.
    @Test
    void aPipeCarriesWhatIsWritten() throws Exception {
        Descriptor[] pipe = Descriptor.pipe();
        byte[] much = new byte[3_000_001];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 + i / 7);
        }
        CompletableFuture<Void> written =
                start(() -> {
                    try (DescriptorOutput out = new DescriptorOutput(pipe[1], stop)) {
                        out.write(much);
                    }
                });
        try (DescriptorInput in = new DescriptorInput(pipe[0], stop)) {
            assertThat(in.readAllBytes()).isEqualTo(much);
        }
        written.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSocketCarriesWhatIsWritten() throws Exception {
        LocalSocket[] pair = LocalSocket.pair();
        byte[] much = new byte[1_000_000];
        CompletableFuture<Void> written =
                start(() -> {
                    try (DescriptorOutput out = new DescriptorOutput(pair[0].descriptor(), stop)) {
                        out.write(much);
                    }
                });
        try (DescriptorInput in = new DescriptorInput(pair[1].descriptor(), stop)) {
            assertThat(in.readAllBytes()).hasSize(much.length);
        }
        written.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatNobodyReadsIsABrokenPipe() throws Exception {
        Descriptor[] pipe = Descriptor.pipe();
        pipe[0].close();
        try (DescriptorOutput out = new DescriptorOutput(pipe[1], stop)) {
            assertThatThrownBy(() -> out.write(1))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessage("Broken pipe");
        }
    }

    @Test
    void whatIsClosedIsABadDescriptor() throws Exception {
        DescriptorOutput out = new DescriptorOutput(Descriptor.closed(), stop);
        assertThatThrownBy(() -> out.write(1)).hasMessage("Bad file descriptor");
        DescriptorInput in = new DescriptorInput(Descriptor.closed(), stop);
        assertThatThrownBy(in::read).hasMessage("Bad file descriptor");
    }

    /// A reader of a pipe into which nothing comes, and a writer to one that is full.
    @Test
    void whoWaitsIsEndedAtOnce() throws Exception {
        Descriptor[] empty = Descriptor.pipe();
        Descriptor[] full = Descriptor.pipe();
        CompletableFuture<Void> reader =
                start(() -> {
                    try (DescriptorInput in = new DescriptorInput(empty[0], stop)) {
                        in.read();
                    }
                });
        CompletableFuture<Void> writer =
                start(() -> {
                    try (DescriptorOutput out = new DescriptorOutput(full[1], stop)) {
                        out.write(new byte[1 << 20]);
                    }
                });
        while (full[0].available() == 0) {
            Thread.onSpinWait();
        }
        assertThat(reader).isNotDone();
        assertThat(writer).isNotDone();
        stop.stop();
        long start = System.nanoTime();
        for (CompletableFuture<Void> f : List.of(reader, writer)) {
            assertThatThrownBy(() -> f.get(5, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(Ended.class);
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(2));
        empty[1].close();
        full[0].close();
    }

    @Test
    void whoIsHeldUpGoesOnLater() throws Exception {
        Descriptor[] pipe = Descriptor.pipe();
        stop.pause();
        CompletableFuture<Void> writer =
                start(() -> {
                    try (DescriptorOutput out = new DescriptorOutput(pipe[1], stop)) {
                        out.write('x');
                    }
                });
        assertThat(pipe[0].awaitReadable(100)).isFalse();
        stop.resume();
        writer.get(5, TimeUnit.SECONDS);
        try (DescriptorInput in = new DescriptorInput(pipe[0], stop)) {
            assertThat(in.readAllBytes()).containsExactly('x');
        }
    }

    /// Its number may be another file's as soon as it is closed.
    @Test
    void aDescriptorIsClosedWhenNobodyUsesIt() throws Exception {
        Descriptor[] pipe = Descriptor.pipe();
        pipe[0].use(n -> {
            pipe[0].close();
            return FileStatus.of(n).isPipe() ? 0 : -1;
        });
        assertThat(pipe[0].isOpen()).isFalse();
        assertThatThrownBy(pipe[0]::status).hasMessage("Bad file descriptor");
        pipe[1].close();
    }
}
