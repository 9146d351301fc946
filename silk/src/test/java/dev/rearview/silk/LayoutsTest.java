package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Site;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Flows written in every layout: what SiLK's own files hold comes out the same, and what a layout
/// cannot hold is told.
class LayoutsTest {
    private static final Path FILES =
            Path.of(System.getProperty("rearview.root", ".."))
                    .resolve("testdata/golden/data/formats");
    private static final long HOUR_MS = 1_709_622_000_000L;

    static List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(FILES)) {
            return all.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private static List<FlowRecord> read(byte[] octets) throws IOException {
        List<FlowRecord> out = new ArrayList<>();
        try (FlowSource in = reader(octets)) {
            for (FlowBatch batch = in.next(); batch != null; batch = in.next()) {
                for (int i = 0; i < batch.size(); i++) {
                    FlowRecord r = new FlowRecord();
                    batch.get(i, r);
                    out.add(r);
                }
            }
        }
        return out;
    }

    private static SilkReader reader(byte[] octets) throws IOException {
        SilkFile file = SilkFile.open(new ByteArrayInputStream(octets), "test", false);
        return SilkReader.of(file, Site.NONE, false);
    }

    private static byte[] written(SilkHeader header, List<FlowRecord> flows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SilkWriter.Misfits none =
                (r, why) -> {
                    throw new AssertionError(why);
                };
        try (SilkWriter writer = SilkWriter.of(out, header, none)) {
            for (FlowRecord r : flows) {
                writer.write(r);
            }
        }
        return out.toByteArray();
    }

    private static List<long[]> words(List<FlowRecord> flows) {
        return flows.stream()
                .map(r -> {
                    long[] w = new long[RecordWords.COUNT];
                    RecordWords.pack(r, w, 0);
                    return w;
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesOfSilkAreWrittenAsTheyAre(String name) throws IOException {
        byte[] octets = Files.readAllBytes(FILES.resolve(name));
        SilkHeader header;
        SilkHeader swapped;
        try (SilkReader in = reader(octets)) {
            header = in.renewed(in.header().isBigEndian(), in.header().silkVersion(), List.of());
            swapped = in.renewed(!in.header().isBigEndian(), 0, List.of());
        }
        List<FlowRecord> flows = read(octets);
        assertThat(flows).isNotEmpty();
        byte[] again = written(header, flows);
        // Readers take no application from these two.
        boolean isWhole = !name.contains("RWIPV6ROUTING-v2") && !name.contains("FLOWCAP-v6");
        if (isWhole && header.compression() == 0) {
            assertThat(again).isEqualTo(octets);
        }
        assertThat(words(read(again))).usingRecursiveComparison().isEqualTo(words(flows));
        assertThat(words(read(written(swapped, flows))))
                .usingRecursiveComparison()
                .isEqualTo(words(flows));
    }

    /// The first example of the description of the formats: a TCP flow of 17 packets.
    private static FlowRecord example() {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0x0A010203);
        r.setDipV4(0xC0000250);
        r.setNhipV4(0xC6336401);
        r.sport = 49320;
        r.dport = 443;
        r.protocol = 6;
        r.packets = 17;
        r.bytes = 9973;
        r.flags = 0x1B;
        r.initialFlags = 0x02;
        r.sessionFlags = 0x19;
        r.stime = 1_709_623_302_125_000L;
        r.duration = 61_375_000;
        r.input = 7;
        r.output = 9;
        r.attributes = Attributes.TIMED_OUT | Attributes.EXPANDED;
        r.application = 443;
        r.sensor = 3;
        r.flowtype = 3;
        return r;
    }

    private static SilkHeader header(SilkFormat format, int version) {
        SilkHeader.PackedFile packed = new SilkHeader.PackedFile(HOUR_MS, 3, 3);
        return SilkWriter.header(
                        format,
                        version,
                        true,
                        new FileSettings(
                                Compression.NONE, 0, List.of(SilkHeader.packedFile(packed))))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "FT_RWAUGMENTED, 5, 1993de6d022101bbc0a801bb0000efbf00000011000026f50a010203c0000250",
        "FT_RWAUGMENTED, 4, 4f79b424aa40efbf02400011211901bbc0a801bb0a010203c0000250",
        "FT_RWSPLIT, 5, 4f79b424aa40efbf1b400011c0a801bb0a010203c0000250",
        "FT_RWWWW, 5, 4f79b424aa40efbf1b1000110a010203c0000250c0a8",
        "FT_RWAUGWEB, 4, 4f79b424aa40efbf02100011211901bb0a010203c0000250c0a8",
        "FT_RWAUGWEB, 5, 1993de6d022101bb4000efbf00000011000026f50a010203c0000250c0a8",
        "FT_FLOWCAP, 5, 0a010203c0000250000026f565e6c806003dc0a801bb01bb000700090000110619022"
                + "11f5770"
    })
    void theExampleOfTheDescription(SilkFormat format, int version, String octets)
            throws IOException {
        byte[] file = written(header(format, version), List.of(example()));
        int size = octets.length() / 2;
        assertThat(HexFormat.of().formatHex(file, file.length - size, file.length))
                .isEqualTo(octets);
    }

    static List<Arguments> misfits() {
        return List.of(
                misfit(SilkFormat.FT_RWGENERIC, 5, Misfit.IPV6, r -> r.setIpv6(true)),
                misfit(SilkFormat.FT_FLOWCAP, 5, Misfit.IPV6, r -> r.setIpv6(true)),
                misfit(SilkFormat.FT_RWWWW, 1, Misfit.PROTOCOL, r -> r.protocol = 17),
                misfit(SilkFormat.FT_RWAUGWEB, 5, Misfit.PROTOCOL, r -> r.protocol = 1),
                misfit(SilkFormat.FT_RWSPLIT, 5, Misfit.START, r -> r.stime = HOUR_MS * 1000 - 1),
                misfit(
                        SilkFormat.FT_RWIPV6,
                        2,
                        Misfit.START,
                        r -> r.stime = (HOUR_MS + 4_096_000) * 1000),
                misfit(SilkFormat.FT_RWGENERIC, 3, Misfit.START, r -> r.stime = -1),
                misfit(
                        SilkFormat.FT_RWFILTER,
                        5,
                        Misfit.START,
                        r -> r.stime = (1L << 32) * 1_000_000),
                misfit(
                        SilkFormat.FT_RWROUTED,
                        2,
                        Misfit.DURATION,
                        r -> r.duration = 2_048_000_000L),
                misfit(
                        SilkFormat.FT_RWROUTED,
                        3,
                        Misfit.DURATION,
                        r -> r.duration = 4_096_000_000L),
                misfit(SilkFormat.FT_RWFILTER, 1, Misfit.SENSOR, r -> r.sensor = 64),
                misfit(SilkFormat.FT_RWGENERIC, 1, Misfit.SENSOR, r -> r.sensor = 256),
                misfit(SilkFormat.FT_RWNOTROUTED, 1, Misfit.INTERFACE, r -> r.input = 256),
                misfit(SilkFormat.FT_RWGENERIC, 0, Misfit.INTERFACE, r -> r.output = 256),
                misfit(SilkFormat.FT_RWAUGMENTED, 4, Misfit.NO_PACKETS, r -> r.packets = 0),
                misfit(SilkFormat.FT_RWAUGMENTED, 4, Misfit.FEW_OCTETS, r -> r.bytes = 16),
                misfit(
                        SilkFormat.FT_RWAUGMENTED,
                        4,
                        Misfit.MANY_PACKETS,
                        r -> r.bytes = r.packets = 1L << 26),
                misfit(SilkFormat.FT_RWFILTER, 4, Misfit.LARGE_PACKETS, r -> r.bytes = 17L << 14));
    }

    private static Arguments misfit(
            SilkFormat format, int version, Misfit why, Consumer<FlowRecord> change) {
        return Arguments.of(format, version, why, change);
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void whatDoesNotFitIsLeftOut(
            SilkFormat format, int version, Misfit why, Consumer<FlowRecord> change)
            throws IOException {
        FlowRecord odd = example();
        change.accept(odd);
        List<Misfit> told = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer =
                SilkWriter.of(out, header(format, version), (r, reason) -> told.add(reason))) {
            writer.write(example());
            writer.write(odd);
            writer.write(example());
            assertThat(writer.written()).isEqualTo(2);
        }
        assertThat(told).containsExactly(why);
        List<FlowRecord> back = read(out.toByteArray());
        assertThat(back).hasSize(2);
        assertThat(Arrays.asList(back.get(0).sport, back.get(1).sport))
                .containsOnly(example().sport);
    }
}
