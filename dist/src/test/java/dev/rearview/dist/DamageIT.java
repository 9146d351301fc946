package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands as processes on damaged inputs and full disks: messages, exit status, and what is left.
class DamageIT {
    private static final int FLOWS = 4_000;

    /// No file may become larger than this many blocks of 512 octets.
    private static final String SMALL = "ulimit -f 8; ";

    @TempDir Path directory;
    private Shell shell;

    @BeforeEach
    void flows() throws Exception {
        shell = new Shell(directory, Map.of());
        StringBuilder text =
                new StringBuilder("sIP|dIP|sPort|dPort|protocol|packets|bytes|sTime|duration\n");
        for (int i = 0; i < FLOWS; i++) {
            text.append("10.").append(i >>> 8).append('.').append(i & 0xFF).append('.');
            text.append(i % 200).append("|192.0.2.7|").append(1024 + i).append("|53|17|1|");
            text.append(40 + i).append("|2024/02/28T08:00:00|1\n");
        }
        Files.writeString(directory.resolve("flows.txt"), text);
        Files.writeString(directory.resolve("nets.txt"), nets());
        assertThat(
                        shell.run(
                                        "rwtuc flows.txt > flows.rw; rwcat flows.rw --output-path=flows.parquet")
                                .exit())
                .isZero();
    }

    private static String nets() {
        StringBuilder text = new StringBuilder("mode ipv4\ndefault none\n");
        for (int i = 0; i < FLOWS; i++) {
            text.append("10.").append(i >>> 8).append('.').append(i & 0xFF);
            text.append(".0/25 label").append(i).append('\n');
        }
        return text.toString();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    /// An output that does not fit leaves nothing under its name, and an old file as it was.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwset --sip-file=out flows.rw",
                "rwset --record-version=4 --sip-file=out flows.rw",
                "rwbag --bag-file=sipv4,records,out flows.rw",
                "rwaggbag --keys=sipv4 --counters=records --output-path=out flows.rw",
                "rwpmapbuild --input-file=nets.txt --output-file=out",
                "rwfilter --proto=17 --pass=out flows.rw",
                "rwcat --compression-method=zlib --output-path=out flows.rw",
                "rwcat --output-path=out.parquet flows.rw",
                "rwsort --fields=bytes --output-path=out flows.rw",
                "rwcut --output-path=out flows.rw",
                "rwuniq --fields=sip --output-path=out flows.rw",
                "rwtuc --output-path=out flows.txt",
            })
    void aFullDiskLeavesNoPartOfAnOutput(String command) throws Exception {
        String out = command.contains("out.parquet") ? "out.parquet" : "out";
        List<String> before = names();
        Shell.Result fresh = shell.run(SMALL + command);
        assertThat(fresh.exit()).as(fresh.err()).isEqualTo(1);
        assertThat(fresh.err().lines()).as(fresh.err()).hasSize(1);
        assertThat(fresh.err()).startsWith(command.substring(0, command.indexOf(' ')) + ": ");
        assertThat(fresh.err()).contains("File too large");
        assertThat(names()).isEqualTo(before);
        Files.writeString(directory.resolve(out), "old");
        Shell.Result again = shell.run("SILK_CLOBBER=1; export SILK_CLOBBER; " + SMALL + command);
        assertThat(again.exit()).as(again.err()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve(out))).isEqualTo("old");
        assertThat(names()).hasSize(before.size() + 1);
        assertThat(shell.run("SILK_CLOBBER=1 " + command).exit()).isZero();
        assertThat(Files.size(directory.resolve(out))).isGreaterThan(4096);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwset --sip-file=- flows.rw",
                "rwfilter --proto=17 --pass=- flows.rw",
                "rwcut flows.rw",
                "rwfilter --proto=17 --pass=/dev/full flows.rw",
            })
    void aFullStreamIsTold(String command) throws Exception {
        Shell.Result r = shell.run(command + " > /dev/full");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err().lines()).as(r.err()).hasSize(1);
        assertThat(r.err()).contains("No space left on device");
    }

    /// Standard output by another name is no file to be replaced, and a link stays one.
    @Test
    void streamsByNameAreNotReplaced() throws Exception {
        Shell.Result r =
                shell.run(
                        "{ rwcut --num-recs=1 --fields=sip --no-titles --output-path=/dev/stdout"
                                + " flows.rw; echo end; } | cat");
        assertThat(r.err()).isEmpty();
        assertThat(r.out().strip()).matches("(?s)10\\.0\\.0\\.0\\|\nend");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        Files.writeString(directory.resolve("target"), "old");
        assertThat(
                        shell.run("SILK_CLOBBER=1 rwcut --num-recs=1 --output-path=link flows.rw")
                                .exit())
                .isZero();
        assertThat(directory.resolve("link")).isSymbolicLink();
        assertThat(Files.readString(directory.resolve("target"))).contains("10.0.0.0");
    }

    /// Where the dictionary of the source addresses lies, which is what the first entry of the
    /// index starts with: behind 24 octets for the one row group, and in front of the trailer of 32
    /// octets there are 22 entries of 104.
    private static int sourceDictionaryAt(byte[] file) {
        ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int trailer = file.length - 8 - b.getInt(file.length - 8) - 32;
        assertThat(b.getInt(trailer)).isEqualTo(1);
        assertThat(b.getInt(trailer + 4)).isEqualTo(22);
        return (int) b.getLong(trailer - 22 * 104);
    }

    @Test
    void aDamagedPageIsTold() throws Exception {
        byte[] octets = Files.readAllBytes(directory.resolve("flows.parquet"));
        octets[sourceDictionaryAt(octets) + 50] ^= 1;
        Files.write(directory.resolve("bad.parquet"), octets);
        Shell.Result r =
                shell.run(
                        "rwfilter --proto=17 --pass=out.rw --print-statistics bad.parquet flows.rw");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err())
                .contains("rwfilter: bad.parquet: offset ", "column sip: page checksum is wrong")
                .contains("Read " + String.format("%10d", FLOWS))
                .doesNotContain("\tat ");
        assertThat(shell.run("rwcut out.rw | wc -l").out().strip())
                .isEqualTo(Integer.toString(FLOWS + 1));
        String pipeline = "rwfilter --proto=17 --pass=- bad.parquet flows.rw | ";
        Shell.Result some =
                shell.run("rearview-tool run '" + pipeline + "rwcut --fields=sip --no-titles'");
        assertThat(some.exit()).isEqualTo(1);
        assertThat(some.out().lines()).hasSize(FLOWS);
        // Who does not need the column gets the whole answer.
        Shell.Result all =
                shell.run("rearview-tool run '" + pipeline + "rwuniq --fields=proto --no-titles'");
        assertThat(all.err()).isEmpty();
        assertThat(all.exit()).isZero();
        assertThat(all.out().replaceAll("\\s", "")).isEqualTo("17|" + FLOWS * 2 + "|");
    }

    @Test
    void aPrefixMapInACircleIsRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream map = new DataOutputStream(out);
        map.writeInt(0xDEAD_BEEF);
        // Big-endian prefix map, file version 16, not compressed.
        map.writeInt(0x0125_1000);
        map.writeInt(0);
        map.writeShort(1);
        map.writeShort(2);
        map.writeLong(8);
        map.writeInt(2);
        map.writeInt(1);
        map.writeInt(1);
        map.writeInt(0);
        map.writeInt(0);
        map.writeInt(0);
        Files.write(directory.resolve("x.pmap"), out.toByteArray());
        Shell.Result r = shell.run("rwpmapcat x.pmap");
        assertThat(r.exit()).as(r.err()).isEqualTo(1);
        assertThat(r.err()).contains("x.pmap").contains("has another parent");
        assertThat(r.err().lines()).hasSize(1);
    }

    @Test
    void aDamagedCountryDatabaseIsRefused() throws Exception {
        byte[] octets = new byte[500];
        Arrays.fill(octets, (byte) 0xE5);
        System.arraycopy(
                "\u00AB\u00CD\u00EFMaxMind.com"
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                0,
                octets,
                300,
                14);
        Files.write(directory.resolve("x.mmdb"), octets);
        Shell.Result r = shell.run("rwgeoip2ccmap --input-file=x.mmdb --output-file=cc.pmap");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err().lines()).as(r.err()).hasSize(1);
        assertThat(r.err()).startsWith("rwgeoip2ccmap: x.mmdb: ");
        assertThat(directory.resolve("cc.pmap")).doesNotExist();
    }
}
