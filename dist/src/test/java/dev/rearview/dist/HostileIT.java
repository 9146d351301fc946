package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The collector as a process, under what a hostile network, hostile files and a full disk do to
/// it.
class HostileIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PER_DATAGRAM = 30;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT);

    @TempDir Path directory;
    private CollectorProcess collector;
    private int port;
    private int tcpPort;
    private Path polled;
    private int sequence;

    @BeforeEach
    void configuration() throws IOException {
        collector = new CollectorProcess(directory, 3);
        port = Ports.free();
        tcpPort = Ports.free();
        polled = Files.createDirectory(directory.resolve("polled"));
        collector.configure(
                """
                probe P0 netflow-v5
                    listen-on-port %d
                    protocol udp
                    listen-as-host 127.0.0.1
                end probe
                probe P1 ipfix
                    listen-on-port %d
                    protocol tcp
                    listen-as-host 127.0.0.1
                end probe
                probe P2 ipfix
                    poll-directory %s
                end probe
                """
                                .formatted(port, tcpPort, polled)
                        + sensor(0, "netflow-v5")
                        + sensor(1, "ipfix")
                        + sensor(2, "ipfix"));
    }

    private static String sensor(int i, String type) {
        return """
        sensor S%1$d
            %2$s-probes P%1$d
            internal-ipblocks 192.0.2.0/24
            external-ipblocks remainder
        end sensor
        """
                .formatted(i, type);
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    /// One NetFlow v5 datagram of flows into 192.0.2.1, each from an address of its own.
    ///
    /// @param second of the export; the flows began one second before
    private byte[] datagram(long second) {
        ByteBuffer b = ByteBuffer.allocate(24 + 48 * PER_DATAGRAM);
        b.putShort((short) 5).putShort((short) PER_DATAGRAM);
        b.putInt(3_600_000).putInt((int) second).putInt(0).putInt(sequence).putInt(0);
        for (int i = 0; i < PER_DATAGRAM; i++) {
            b.putInt(0x0A00_0000 + sequence++).putInt(0xC000_0201).putInt(0);
            b.putShort((short) 1).putShort((short) 2);
            b.putInt(1).putInt(40).putInt(3_599_000).putInt(3_599_500);
            b.putShort((short) 1024).putShort((short) 25);
            b.put((byte) 0).put((byte) 2).put((byte) 6).put((byte) 0);
            b.putInt(0).putShort((short) 0).putShort((short) 0);
        }
        return b.array();
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    private void send(int datagrams) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < datagrams; i++) {
                byte[] bytes = datagram(now());
                s.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
                if (i == 0) {
                    Thread.sleep(200);
                } else if (i % 4 == 3) {
                    Thread.sleep(3);
                }
            }
        }
    }

    private String ledger() throws IOException {
        return Files.readString(collector.root().resolve(".rearview/ledger.tsv"));
    }

    private void awaitLedger(String line) throws Exception {
        Path ledger = collector.root().resolve(".rearview/ledger.tsv");
        for (int i = 0; i < 400; i++) {
            if (Files.exists(ledger) && ledger().contains(line)) {
                return;
            }
            Thread.sleep(50);
        }
        assertThat(ledger()).contains(line);
    }

    /// Flows of a sensor since yesterday, each from a source of its own.
    private void assertStored(String sensor, int flows) throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertStored(sensor, flows, today.minusDays(1), today.plusDays(1));
    }

    private void assertStored(String sensor, int flows, LocalDate from, LocalDate to)
            throws Exception {
        Shell.Result all =
                collector
                        .shell()
                        .run(
                                "rwfilter --type=all --sensors="
                                        + sensor
                                        + " --start-date="
                                        + from.format(DAY)
                                        + " --end-date="
                                        + to.format(DAY)
                                        + " --proto=0- --pass=stdout | rwuniq --fields=sensor"
                                        + " --values=flows,distinct:sip --no-titles --delimited=,");
        assertThat(all.exit()).as(all.err()).isZero();
        assertThat(all.out())
                .isEqualTo(flows == 0 ? "" : sensor + "," + flows + "," + flows + "\n");
    }

    // Times ---------------------------------------------------------------------------------------

    /// A template with sourceIPv4Address, destinationIPv4Address, packetDeltaCount,
    /// octetDeltaCount, flowEndMilliseconds and flowDurationMilliseconds of eight octets, and a
    /// record with it.
    ///
    /// @param source last octet of the source's address
    private static byte[] ipfix(int source, long endMs, long durationMs) {
        String template =
                "0002 0020 0100 0006 0008 0004 000c 0004 0002 0008 0001 0008 0099 0008"
                        + " 00a1 0008";
        String record =
                "0100 002c 0a0000%02x c0000201 0000000000000003 0000000000000078 %016x %016x"
                        .formatted(source, endMs, durationMs);
        String body = (template + record).replace(" ", "");
        String head = "000a %04x %08x 00000000 00000000".formatted(16 + body.length() / 2, now());
        return HexFormat.of().parseHex(head.replace(" ", "") + body);
    }

    private void sendOverTcp(byte[]... messages) throws IOException {
        try (Socket s = new Socket(LOOPBACK, tcpPort)) {
            for (byte[] m : messages) {
                s.getOutputStream().write(m);
            }
            s.shutdownOutput();
            assertThat(s.getInputStream().read()).isEqualTo(-1);
        }
    }

    private List<String> hours() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(f -> f.toString().endsWith(".manifest"))
                    .map(f -> directory.relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aFlowOfTheYearMinus2210IsStoredWhenItWasReceived() throws Exception {
        collector.start("--time-window=30d,1d");
        long end = System.currentTimeMillis();
        sendOverTcp(
                ipfix(1, end, 1000),
                ipfix(2, end, 131_900_000_000_000L),
                ipfix(4, 1, 5),
                // 9999-12-31
                ipfix(6, 253_402_214_400_000L, 5));
        awaitLedger("P1\t127.0.0.1\tflows\t4\n");
        collector.terminate();
        assertThat(ledger()).contains("P1\t127.0.0.1\ttimes_replaced\t3\n");
        assertStored("S1", 4);
        String name = "in-S1_";
        assertThat(hours())
                .isNotEmpty()
                .allMatch(h -> h.startsWith("data/in/") && h.contains("/" + name))
                .hasSizeLessThanOrEqualTo(2);
        Shell.Result again = collector.shell().run("ls data/.rearview/journal");
        assertThat(again.out()).isEmpty();
    }

    @Test
    void aReplayBelievesPolledFilesAlone() throws Exception {
        // 2001-09-09T01:46:40Z
        byte[] old = ipfix(1, 1_000_000_000_000L, 1000);
        Files.write(polled.resolve("old"), old);
        collector.start("--time-window=30d,1d", "--replay", "--polling-interval=1");
        sendOverTcp(old);
        awaitLedger("P1\t127.0.0.1\ttimes_replaced\t1\n");
        awaitLedger("P2\t-\tflows\t1\n");
        collector.terminate();
        assertThat(ledger()).doesNotContain("P2\t-\ttimes_replaced");
        LocalDate then = LocalDate.of(2001, 9, 9);
        assertStored("S2", 1, then, then);
        assertStored("S1", 1);
    }

    /// The case that made 27,000 files.
    @Test
    void madeUpSecondsMakeOneHour() throws Exception {
        collector.start("--time-window=30d,1d");
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = datagram(i * 14_000_000L % 0xFFFF_FFFFL);
                s.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
                Thread.sleep(2);
            }
        }
        awaitLedger("P0\t127.0.0.1\tflows\t9000\n");
        collector.terminate();
        assertStored("S0", 9000);
        assertThat(hours()).hasSizeLessThanOrEqualTo(4);
    }

    // The end -------------------------------------------------------------------------------------

    /// Thousands of hours wait to be written.
    @Test
    void termIsObeyedWithABacklog() throws Exception {
        collector.start("--segment-timeout=0.5", "--seal-after=1");
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < 4000; i++) {
                byte[] bytes = datagram(1_000_000_000L + i * 3600L);
                s.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, port));
                if (i % 4 == 3) {
                    Thread.sleep(2);
                }
            }
        }
        awaitLedger("P0\t127.0.0.1\tflows\t120000\n");
        long began = System.nanoTime();
        collector.terminate(0);
        assertThat((System.nanoTime() - began) / 1e9).isLessThan(15);
        // Sockets are open before what was left is written, and all of it is.
        collector.start("--segment-timeout=0.5");
        Path journal = collector.root().resolve(".rearview/journal");
        for (int i = 0; i < 1200 && !isEmpty(journal); i++) {
            Thread.sleep(100);
        }
        collector.terminate();
        assertThat(isEmpty(journal)).isTrue();
        LocalDate first = LocalDate.of(2001, 9, 9);
        assertStored("S0", 120_000, first, first.plusDays(168));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /// A limit on the size of files stands for a full disk.
    private void limit(String octets) throws Exception {
        Shell.Result r =
                collector.shell().run("prlimit --pid=" + collector.pid() + " --fsize=" + octets);
        assertThat(r.exit()).as(r.err()).isZero();
    }

    /// Lets the journal take 900 flows and refuse 150.
    private void fillTheDisk() throws Exception {
        send(30);
        Thread.sleep(1_000);
        Path journal = collector.root().resolve(".rearview/journal");
        long octets;
        try (Stream<Path> files = Files.list(journal)) {
            octets = Files.size(files.findFirst().orElseThrow());
        }
        limit(octets + 10 + ":unlimited");
        send(5);
        collector.awaitLog("Cannot write to the journal");
        Thread.sleep(1_000);
    }

    @Test
    void whatAFullDiskRefusesAtTheEndIsCounted() throws Exception {
        collector.start("--segment-timeout=3600", "--flush-timeout=3600");
        fillTheDisk();
        // What is lost is no success.
        collector.terminate(1);
        assertThat(collector.log()).contains("Lost for want of disk space: disk-full 150");
        assertThat(ledger())
                .contains("P0\t127.0.0.1\tlost:disk-full\t150\n")
                .contains("P0\t127.0.0.1\tflows\t1050\n");
        collector.start();
        collector.terminate();
        assertStored("S0", 900);
    }

    @Test
    void whatAFullDiskRefusesAtTheEndGoesElsewhereAndComesBack() throws Exception {
        Path emergency = directory.resolve("emergency");
        String flag = "--emergency-directory=" + emergency;
        collector.start("--segment-timeout=3600", "--flush-timeout=3600", flag);
        fillTheDisk();
        collector.terminate(0);
        assertThat(collector.log()).contains("Wrote 5 datagrams to " + emergency);
        collector.start(flag);
        collector.awaitLog("Took 5 datagrams from " + emergency);
        collector.terminate();
        assertStored("S0", 1050);
        assertThat(ledger()).doesNotContain("disk-full");
        assertThat(isEmpty(emergency)).isTrue();
    }

    private static int number(String text, String after) {
        int at = text.indexOf(after) + after.length();
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Integer.parseInt(text.substring(at, end));
    }

    @Test
    void flowsBeyondTheJournalsLimitAreCounted() throws Exception {
        Path inTheWay = Files.writeString(collector.root().resolve("in"), "not a directory");
        collector.start("--segment-timeout=0.5", "--journal-limit=1m");
        send(5_000);
        collector.awaitLog("Segments are written too slowly, flows are dropped");
        awaitLedger("P0\t127.0.0.1\tflows\t150000\n");
        Files.delete(inTheWay);
        collector.awaitLog("Journals have room again");
        send(1);
        awaitLedger("P0\t127.0.0.1\tflows\t150030\n");
        collector.terminate();
        int lost = number(ledger(), "P0\t127.0.0.1\tlost:disk-full\t");
        assertThat(lost).isPositive();
        assertStored("S0", 150_030 - lost);
    }

    // Sessions ------------------------------------------------------------------------------------

    @Test
    void idleConnectionsLockNobodyOut() throws Exception {
        collector.start();
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1100; i++) {
                Socket s = new Socket();
                s.bind(new InetSocketAddress("127.0.1." + (1 + i / 20), 0));
                s.connect(new InetSocketAddress(LOOPBACK, tcpPort));
                idle.add(s);
            }
            sendOverTcp(ipfix(1, System.currentTimeMillis(), 1000));
            awaitLedger("P1\t127.0.0.1\tflows\t1\n");
            assertThat(ledger()).containsPattern("P1\t127.0.1.[0-9]+\tlost:table-full\t");
        } finally {
            for (Socket s : idle) {
                s.close();
            }
        }
        collector.terminate();
        assertStored("S1", 1);
    }

    // Files ---------------------------------------------------------------------------------------

    @Test
    void aFilesNameIsNeverRun() throws Exception {
        Path archive = directory.resolve("archive");
        Path copies = Files.createDirectory(directory.resolve("copies"));
        long end = System.currentTimeMillis();
        List<String> names = List.of("a;touch x;b", "$(touch y)", "`touch z`", "two words");
        for (int i = 0; i < names.size(); i++) {
            Files.write(polled.resolve(names.get(i)), ipfix(i + 1, end, 1000));
        }
        collector.start(
                "--polling-interval=1",
                "--archive-directory=" + archive,
                "--flat-archive",
                "--post-archive-command=cp %s " + copies);
        for (String name : names) {
            for (int i = 0; i < 400 && !Files.exists(copies.resolve(name)); i++) {
                Thread.sleep(50);
            }
            assertThat(archive.resolve(name)).exists();
            assertThat(copies.resolve(name)).exists();
        }
        collector.terminate();
        assertStored("S2", 4);
        Shell.Result found = collector.shell().run("find . -name x -o -name y -o -name z");
        assertThat(found.out()).isEmpty();
    }

    @Test
    void aCommandThatFailsIsLogged() throws Exception {
        Files.write(polled.resolve("a"), ipfix(1, System.currentTimeMillis(), 1000));
        Path archive = directory.resolve("archive");
        collector.start(
                "--polling-interval=1",
                "--archive-directory=" + archive,
                "--flat-archive",
                "--post-archive-command=false %s");
        collector.awaitLog("Exit status 1 of false " + archive.resolve("a"));
        collector.terminate();
    }

    @Test
    void anInvalidFileStopsNothingAndIsReadOnce() throws Exception {
        Path bad = Files.writeString(polled.resolve("bad"), "no IPFIX at all");
        Files.writeString(polled.resolve("damaged.gz"), "\u001f\u008b no gzip");
        collector.start("--polling-interval=1");
        collector.awaitLog(bad + " is invalid and stays where it is");
        Files.write(polled.resolve("good"), ipfix(1, System.currentTimeMillis(), 1000));
        collector.awaitLog("Processed file " + polled.resolve("good"));
        send(3);
        awaitLedger("P0\t127.0.0.1\tflows\t90\n");
        assertThat(collector.log().split("Processed file " + bad, -1)).hasSize(2);
        // Another file of that name is another file.
        Files.write(bad, ipfix(2, System.currentTimeMillis(), 1000));
        collector.awaitLog("Processed file " + bad, 2);
        collector.terminate();
        assertThat(bad).doesNotExist();
        assertStored("S2", 2);
    }

    /// What one file announces serves the next; a file of templates alone is valid.
    @Test
    void templatesServeTheNextFile() throws Exception {
        byte[] whole = ipfix(1, System.currentTimeMillis(), 1000);
        ByteBuffer template = ByteBuffer.allocate(48);
        template.put(whole, 0, 48).putShort(2, (short) 48);
        ByteBuffer data = ByteBuffer.allocate(16 + 44);
        data.put(whole, 0, 16).put(whole, 48, 44).putShort(2, (short) 60);
        Path error = directory.resolve("error");
        Path archive = directory.resolve("archive");
        Files.write(polled.resolve("1"), template.array());
        collector.start(
                "--polling-interval=1",
                "--flat-archive",
                "--archive-directory=" + archive,
                "--error-directory=" + error);
        collector.awaitLog("Processed file " + polled.resolve("1") + ", 0 records");
        Files.write(polled.resolve("2"), data.array());
        collector.awaitLog("Processed file " + polled.resolve("2") + ", 1 records");
        collector.terminate();
        assertThat(archive.resolve("1")).exists();
        assertThat(archive.resolve("2")).exists();
        assertThat(error).doesNotExist();
        assertStored("S2", 1);
    }

    /// 1 GiB of IPFIX messages without records in 1 MB.
    @Test
    void aGzipBombHoldsUpNoDatagram() throws Exception {
        byte[] message = new byte[65_532];
        ByteBuffer.wrap(message).putShort((short) 10).putShort((short) message.length);
        // Sets of options templates, each empty.
        for (int at = 16; at + 4 <= message.length; at += 4) {
            ByteBuffer.wrap(message).putShort(at, (short) 3).putShort(at + 2, (short) 4);
        }
        Path bomb = directory.resolve("bomb");
        try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            for (int i = 0; i < 1 << 14; i++) {
                gz.write(message);
            }
        }
        collector.start("--polling-interval=1");
        Files.move(bomb, polled.resolve("bomb"));
        send(1000);
        collector.awaitLog("unpacks to more than 200 times its size");
        awaitLedger("P0\t127.0.0.1\tflows\t30000\n");
        collector.terminate();
        assertThat(ledger()).doesNotContain("kernel-drop").doesNotContain("sequence-gap");
        assertStored("S0", 30_000);
    }

    // The process ---------------------------------------------------------------------------------

    @Test
    void aDaemonUnderNohupReloads() throws Exception {
        collector.startBy("nohup");
        collector.start();
        send(2);
        collector.hangUp();
        collector.awaitLog("Reloaded the configuration");
        send(2);
        awaitLedger("P0\t127.0.0.1\tflows\t120\n");
        collector.terminate();
        assertStored("S0", 120);
    }

    @Test
    void thePidFileIsNoLink() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("pid"), victim);
        String command =
                "rwflowpack --no-daemon --log-destination=stderr --sensor-configuration="
                        + "data/sensor.conf --root-directory=data --pidfile=";
        Shell.Result r = collector.shell().run(command + link);
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err()).contains("rwflowpack: --pidfile " + link + " is a link or no file");
        assertThat(victim).hasContent("precious");
        Path pid = Files.writeString(directory.resolve("real"), "1\n");
        collector.start("--pidfile=" + pid);
        for (int i = 0; i < 100 && Files.readString(pid).equals("1\n"); i++) {
            Thread.sleep(50);
        }
        assertThat(pid).hasContent(collector.pid() + "\n");
        collector.terminate();
        assertThat(pid).doesNotExist();
    }

    @Test
    void aDamagedLedgerIsPutAway() throws Exception {
        collector.start();
        send(1);
        awaitLedger("P0\t127.0.0.1\tflows\t30\n");
        collector.terminate();
        Path ledger = collector.root().resolve(".rearview/ledger.tsv");
        Files.writeString(ledger, ledger().replace("flows\t30", "flows\t90"));
        collector.start();
        collector.awaitLog("Counts begin anew, as the ledger is damaged");
        collector.terminate();
        try (Stream<Path> kept = Files.list(ledger.resolveSibling("quarantine"))) {
            assertThat(kept).singleElement().asString().endsWith("-ledger.tsv");
        }
        assertThat(ledger()).doesNotContain("flows");
    }

    @Test
    void aFloodOfStrangersIsToldInFewLines() throws Exception {
        collector.configure(
                Files.readString(collector.root().resolve("sensor.conf"))
                        .replaceFirst(
                                "listen-as-host 127.0.0.1", "$0\n    accept-from-host 127.9.9.9"));
        collector.start("--flush-timeout=3600");
        for (int i = 0; i < 1000; i++) {
            String from = "127.1." + i / 250 + "." + (1 + i % 250);
            try (DatagramSocket s = new DatagramSocket(new InetSocketAddress(from, 0))) {
                s.send(new DatagramPacket(new byte[] {1}, 1, LOOPBACK, port));
            }
        }
        Thread.sleep(1_000);
        collector.terminate();
        String log = collector.log();
        assertThat(log.split("disallowed-host", -1)).hasSizeLessThanOrEqualTo(22);
        assertThat(log).containsPattern("Losses from [0-9,]+ other addresses: disallowed-host ");
        long sum =
                ledger().lines()
                        .filter(l -> l.contains("lost:disallowed-host"))
                        .mapToLong(l -> Long.parseLong(l.substring(l.lastIndexOf('\t') + 1)))
                        .sum();
        assertThat(sum).isEqualTo(1000);
        assertThat(ledger().getBytes(StandardCharsets.UTF_8).length).isLessThan(40_000);
    }
}
