package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `rwflowpack` without `--no-daemon`: when the command ends, the daemon listens or has ended.
class BackgroundIT {
    @TempDir Path directory;
    private CollectorProcess collector;
    private Path pidFile;
    private int port;

    @BeforeEach
    void configuration() throws Exception {
        collector = new CollectorProcess(directory, 1);
        pidFile = directory.resolve("pid");
        port = Ports.free();
        collector.listenForNetFlow5(port);
    }

    @AfterEach
    void stop() throws Exception {
        collector.close();
        if (Files.exists(pidFile)) {
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Shell.Result run(String more) throws Exception {
        return collector
                .shell()
                .run(
                        "rwflowpack --sensor-configuration=data/sensor.conf --root-directory=data"
                                + " --site-config-file=data/silk.conf --time-window=any"
                                + " --pidfile=pid "
                                + more);
    }

    /// One NetFlow v5 datagram with one flow.
    private void send() throws Exception {
        ByteBuffer b = ByteBuffer.allocate(24 + 48);
        b.putShort((short) 5).putShort((short) 1).putInt(3_600_000).putInt(1_704_070_800);
        b.position(24).putInt(0x0A000001).putInt(0xC0000201);
        b.position(24 + 16).putInt(1).putInt(40).putInt(3_599_000).putInt(3_599_500);
        b.position(24 + 38).put((byte) 6);
        try (DatagramSocket s = new DatagramSocket()) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            s.send(new DatagramPacket(b.array(), b.capacity(), loopback, port));
        }
    }

    private void awaitEnd(Path log) throws Exception {
        for (int i = 0; i < 600 && !Files.readString(log).endsWith("Stopped logging.\n"); i++) {
            Thread.sleep(50);
        }
        assertThat(log).content().endsWith("Stopped logging.\n");
        assertThat(pidFile).doesNotExist();
    }

    private Shell.Result kill() throws Exception {
        return collector.shell().run("kill $(cat pid)");
    }

    /// What is sent at once arrives, the pidfile is there at once, and nobody who reads what the
    /// command prints waits for the daemon.
    @Test
    void whenTheCommandEndsTheDaemonListens() throws Exception {
        assertThat(run("--log-destination=" + directory.resolve("log")))
                .isEqualTo(new Shell.Result(0, "", ""));
        send();
        Shell.Result streams = collector.shell().run("cd /proc/$(cat pid)/fd && readlink 0 1 2");
        assertThat(streams).isEqualTo(new Shell.Result(0, "/dev/null\n".repeat(3), ""));
        assertThat(kill()).isEqualTo(new Shell.Result(0, "", ""));
        awaitEnd(directory.resolve("log"));
        assertThat(collector.root().resolve(".rearview/ledger.tsv"))
                .content()
                .contains("P0\t127.0.0.1\tflows\t1\n");
        assertThat(directory.resolve("log")).content().doesNotContain("ready");
    }

    @Test
    void aLogOnTheCommandsStreamsGoesOnThere() throws Exception {
        for (String stream : new String[] {"stdout", "stderr"}) {
            Shell own =
                    new Shell(Files.createDirectory(directory.resolve("on-" + stream)), Map.of());
            Shell.Result start =
                    own.run(
                            "cd .. && rwflowpack --sensor-configuration=data/sensor.conf"
                                    + " --root-directory=data --site-config-file=data/silk.conf"
                                    + " --pidfile=pid --log-destination="
                                    + stream);
            assertThat(start.exit()).as(start.err()).isZero();
            assertThat(kill().exit()).isZero();
            Path log = own.directory().resolve(stream);
            awaitEnd(log);
            assertThat(log).content().contains("Listening on 1 UDP").doesNotContain("ready");
            String other = stream.equals("stdout") ? "stderr" : "stdout";
            assertThat(own.directory().resolve(other)).isEmptyFile();
        }
    }

    @Test
    void aDaemonThatCannotStartIsTheCommandsFailure() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run("--log-destination=none"))
                    .isEqualTo(
                            new Shell.Result(
                                    1,
                                    "",
                                    "rwflowpack: cannot listen on UDP port "
                                            + taken.getLocalPort()
                                            + ": Address already in use\n"));
        }
        assertThat(run("--log-destination=none --pidfile=/nonexistent/pid"))
                .isEqualTo(
                        new Shell.Result(
                                1,
                                "",
                                "rwflowpack: --pidfile /nonexistent/pid cannot be written: there is"
                                        + " no such directory\n"));
        assertThat(pidFile).doesNotExist();
    }
}
