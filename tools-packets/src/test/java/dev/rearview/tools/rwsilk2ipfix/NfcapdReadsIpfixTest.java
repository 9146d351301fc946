package dev.rearview.tools.rwsilk2ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.wire.ipfix.MessageFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A decoder that is not ours reads what is written: nfdump's collector, where it is installed.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NfcapdReadsIpfixTest {
    @TempDir Path directory;

    private static int freePort() throws IOException {
        try (DatagramSocket s = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return s.getLocalPort();
        }
    }

    private Process start(String... words) throws IOException {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private void send(byte[] octets, int port) throws IOException {
        MessageFile messages = new MessageFile(new ByteArrayInputStream(octets), "x");
        try (DatagramSocket socket = new DatagramSocket()) {
            for (ByteBuffer m = messages.next(); m != null; m = messages.next()) {
                socket.send(
                        new DatagramPacket(
                                m.array(), m.remaining(), InetAddress.getLoopbackAddress(), port));
            }
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"), StandardCharsets.ISO_8859_1);
    }

    private void awaitLog(String text) throws IOException, InterruptedException {
        for (int i = 0; i < 300 && !log().contains(text); i++) {
            Thread.sleep(100);
        }
        assertThat(log()).contains(text);
    }

    @Test
    void flowsAreRead() throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/nfcapd")),
                "nfdump's collector is not installed");
        Workbench bench = SampleSite.bench(directory, RwSilk2Ipfix::new);
        FlowRecord tcp = SampleSite.flow(SampleSite.DAY_MS, 6);
        tcp.sport = 50_000;
        tcp.dport = 443;
        tcp.flags = 0x1B;
        tcp.packets = 12;
        tcp.bytes = 2310;
        tcp.duration = 1_250_000;
        FlowRecord udp = SampleSite.flow(SampleSite.DAY_MS + 5, 17);
        udp.setIpv6(true);
        udp.sipHi = 0x2001_0db8_0000_0000L;
        udp.sipLo = 0x25;
        udp.dport = 53;
        SampleSite.write(bench.path("f.rw"), tcp, udp);
        bench.good("rwsilk2ipfix --ipfix-output=f.ipfix f.rw");

        int port = freePort();
        Path flows = Files.createDirectory(directory.resolve("flows"));
        Process collector =
                start(
                        "/usr/bin/nfcapd",
                        "-p",
                        Integer.toString(port),
                        "-b",
                        "127.0.0.1",
                        "-w",
                        flows.toString());
        try {
            awaitLog("Startup");
            send(bench.octets("f.ipfix"), port);
            awaitLog("New ipfix exporter");
            Thread.sleep(500);
        } finally {
            collector.destroy();
            assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        Process dump =
                start(
                        "/usr/bin/nfdump",
                        "-q",
                        "-N",
                        "-6",
                        "-R",
                        flows.toString(),
                        "-o",
                        "fmt:%ts,%te,%pr,%sa,%sp,%da,%dp,%flg,%pkt,%byt");
        assertThat(dump.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<String> lines =
                log().lines().map(l -> l.replace(" ", "")).filter(l -> !l.isEmpty()).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .endsWith(",6,10.0.0.1,50000,10.0.0.2,443,...AP.SF,12,2310")
                .contains(":00.000,")
                .contains(":01.250,");
        assertThat(lines.get(1)).contains(",17,2001:db8::25,0,").endsWith(",53,........,1,40");
    }
}
