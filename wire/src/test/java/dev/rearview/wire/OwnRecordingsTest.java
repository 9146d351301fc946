package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.pcap.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What real exporters sent over our own packets, as it came, and with each kind of fault that a
/// network adds. `testdata/exports/README.md` says how it was recorded.
class OwnRecordingsTest {
    private static final Path EXPORTS =
            Path.of(System.getProperty("rearview.root", "..")).resolve("testdata/exports");

    private final Recordings recordings = new Recordings();

    private static List<byte[]> datagrams(String name) throws IOException {
        List<byte[]> out = new ArrayList<>();
        try (InputStream in = Files.newInputStream(EXPORTS.resolve(name + ".pcap"))) {
            Captures.payloads(
                    in,
                    name,
                    (payload, tuple, us) -> {
                        byte[] copy = new byte[payload.remaining()];
                        payload.get(payload.position(), copy);
                        out.add(copy);
                    });
        }
        return out;
    }

    private static Recordings decoded(List<byte[]> datagrams) {
        Recordings out = new Recordings();
        datagrams.forEach(d -> out.decode("exporter", 1, ByteBuffer.wrap(d), 0));
        return out;
    }

    /// Flows as text, to be compared.
    private static List<String> flows(Recordings r) {
        return r.out.flows.stream()
                .map(f -> {
                    long[] words = new long[RecordWords.COUNT];
                    RecordWords.pack(f, words, 0);
                    return Arrays.toString(words);
                })
                .toList();
    }

    /// What is counted but for sequence numbers, which a fault may or may not touch.
    private static long dropped(Recordings r) {
        long out = 0;
        for (Drop d : Drop.values()) {
            out += d == Drop.SEQUENCE_GAP ? 0 : r.counters.dropped(d);
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        // name, data records, flows of the reverse direction, option records, templates
        "nfreplay-v5, 123, 0, 0, 0",
        "nfreplay-v9, 125, 0, 0, 9",
        "pmacctd-ipfix, 125, 0, 0, 4",
        "pmacctd-sflow, 409, 0, 0, 0",
        "pmacctd-v5, 123, 0, 0, 0",
        "pmacctd-v9, 125, 0, 0, 4",
        "softflowd-ipfix, 125, 0, 1, 5",
        "softflowd-ipfix-biflow, 64, 61, 1, 5",
        "softflowd-v5, 123, 0, 0, 0",
        "softflowd-v9, 125, 0, 1, 5",
    })
    void everyRecordIsAFlow(String name, int records, int reverse, int options, int templates)
            throws IOException {
        recordings.file(EXPORTS.resolve(name + ".pcap"));
        Counters c = recordings.counters;
        assertThat(recordings.out.flows).hasSize(records + reverse);
        assertThat(c.total(Total.RECORDS)).isEqualTo(records);
        assertThat(c.total(Total.FLOWS)).isEqualTo(records);
        assertThat(c.total(Total.REVERSE_FLOWS)).isEqualTo(reverse);
        assertThat(c.total(Total.OPTION_RECORDS)).isEqualTo(options);
        assertThat(c.total(Total.TEMPLATES)).isEqualTo(templates);
        assertThat(dropped(recordings)).isZero();
        assertThat(c.dropped(Drop.SEQUENCE_GAP)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pmacctd-ipfix", "pmacctd-v9"})
    void templatesThatComeLastMakeTheSameFlows(String name) throws IOException {
        List<byte[]> sent = datagrams(name);
        Recordings inOrder = decoded(sent);
        Recordings backwards = decoded(sent.reversed());
        assertThat(flows(backwards)).containsExactlyInAnyOrderElementsOf(flows(inOrder));
        assertThat(backwards.counters.total(Total.AWAITED_SETS)).isPositive();
        assertThat(dropped(backwards)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nfreplay-v5",
                "pmacctd-ipfix",
                "pmacctd-sflow",
                "softflowd-ipfix-biflow",
                "softflowd-v9",
            })
    void aDatagramThatIsCutGivesWhatStandsBeforeTheCut(String name) throws IOException {
        byte[] whole = datagrams(name).getFirst();
        List<String> all = flows(decoded(List.of(whole)));
        for (int length = 0; length < whole.length; length++) {
            Recordings cut = decoded(List.of(Arrays.copyOf(whole, length)));
            List<String> some = flows(cut);
            assertThat(all.subList(0, some.size())).as("%d octets", length).isEqualTo(some);
            Counters c = cut.counters;
            assertThat(c.total(Total.RECORDS))
                    .isEqualTo(
                            c.total(Total.FLOWS)
                                    + c.dropped(Drop.IGNORED)
                                    + c.dropped(Drop.BAD_RECORD));
            assertThat(c.dropped(Drop.MALFORMED))
                    .as("%d octets", length)
                    .isEqualTo(isWholeNetFlow9(whole, length) ? 0 : 1);
        }
    }

    /// Whether so many octets end with a set of NetFlow 9, whose datagrams do not tell their
    /// length.
    private static boolean isWholeNetFlow9(byte[] datagram, int length) {
        ByteBuffer in = ByteBuffer.wrap(datagram);
        int last = 20;
        int end = 20;
        while (in.getShort(0) == 9 && end < length) {
            last = end;
            end += Short.toUnsignedInt(in.getShort(end + 2));
        }
        return in.getShort(0) == 9 && length >= 20 && (end == length || last + 4 > length);
    }

    /// NetFlow 9 counts datagrams, NetFlow 5 flows, IPFIX records.
    @ParameterizedTest
    @CsvSource({
        "nfreplay-v5, 30",
        "nfreplay-v9, 1",
        "pmacctd-ipfix, 8",
        "softflowd-v5, 30",
        "softflowd-v9, 1",
    })
    void aDatagramThatIsMissingIsAGap(String name, long gap) throws IOException {
        List<byte[]> sent = datagrams(name);
        List<byte[]> some = new ArrayList<>(sent);
        some.remove(1);
        Recordings lost = decoded(some);
        assertThat(lost.counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(gap);
        assertThat(dropped(lost)).isZero();
        List<byte[]> late = new ArrayList<>(some);
        late.add(2, sent.get(1));
        assertThat(decoded(late).counters.dropped(Drop.SEQUENCE_GAP)).isZero();
    }
}
