package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The decision tables of both packing logics: a flow comes in by one interface and leaves by
/// another; 1 is internal, 2 external, 3 null, 9 unknown.
class PackingLogicTest {
    @TempDir Path directory;

    private String type(PackingLogic logic, int input, int output, int protocol, int port, int memo)
            throws IOException {
        Path silk = directory.resolve("silk.conf");
        Files.writeString(
                silk,
                """
                version 2
                sensor 0 S0
                class all
                    sensors S0
                    type 0 in in
                    type 1 out out
                    type 2 inweb iw
                    type 3 outweb ow
                    type 4 innull innull
                    type 5 outnull outnull
                    type 6 int2int int2int
                    type 7 ext2ext ext2ext
                    type 10 other other
                end class
                """);
        Path sensors = directory.resolve("sensor.conf");
        Files.writeString(
                sensors,
                """
                probe P0 netflow-v9
                    listen-on-port 9901
                    protocol udp
                end probe
                sensor S0
                    netflow-v9-probes P0
                    internal-interfaces 1
                    external-interfaces 2
                    null-interfaces 3
                end sensor
                """);
        SensorConf.Result r =
                SensorConf.read(
                        sensors,
                        SilkConf.read(silk),
                        logic,
                        path -> {
                            throw new IOException(path + ": no sets here");
                        });
        FlowRecord flow = new FlowRecord();
        flow.input = input;
        flow.output = output;
        flow.protocol = protocol;
        flow.dport = port;
        flow.sport = 50_000;
        flow.memo = memo;
        return logic.typeOf(r.sensorsOf(r.probes().getFirst()).getFirst(), flow).type();
    }

    @ParameterizedTest
    @CsvSource({
        // input, output, protocol, port, twoway, generic
        "2, 3,  6,   25, innull,  innull",
        "2, 1,  6,   25, in,      in",
        "2, 1,  6,   80, inweb,   inweb",
        "2, 1,  6,  443, inweb,   inweb",
        "2, 1,  6, 8080, inweb,   inweb",
        "2, 1, 17,  443, in,      in",
        "2, 1,  1, 2048, in,      in",
        "2, 2,  6,   25, ext2ext, in",
        "2, 9,  6,   25, other,   in",
        "1, 3,  6,   25, outnull, outnull",
        "1, 2,  6,   25, out,     out",
        "1, 2,  6,   80, outweb,  outweb",
        "1, 1,  6,   25, int2int, out",
        "1, 9,  6,   25, other,   out",
        "3, 1,  6,   25, other,   out",
        "9, 2,  6,   25, other,   out"
    })
    void decisions(int input, int output, int protocol, int port, String twoway, String generic)
            throws IOException {
        assertThat(type(PackingLogic.TWOWAY, input, output, protocol, port, 0)).isEqualTo(twoway);
        assertThat(type(PackingLogic.GENERIC, input, output, protocol, port, 0)).isEqualTo(generic);
    }

    @ParameterizedTest
    @CsvSource({
        "1001, 1, 2, innull",
        "1002, 2, 1, outnull",
        "3, 2, 1, innull",
        "1003, 2, 2, innull",
        "1004, 1, 2, outnull",
        "3, 1, 1, outnull",
        "3, 9, 9, other",
        "7, 2, 1, in"
    })
    void deniedFlowsGoNowhere(int memo, int input, int output, String expected) throws IOException {
        assertThat(type(PackingLogic.TWOWAY, input, output, 6, 25, memo)).isEqualTo(expected);
    }
}
