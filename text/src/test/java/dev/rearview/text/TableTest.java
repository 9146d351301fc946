package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableTest {
    private static String write(Table.Layout layout) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Table t =
                new Table(
                        out,
                        layout,
                        List.of(
                                new Table.Heading("sIP", 9, false),
                                new Table.Heading("Bytes", 7, true)));
        t.titles();
        t.cell("192.0.2.1");
        t.cell(1200);
        t.endRow();
        t.cell("a \"b\"\nc");
        t.cell(7);
        t.endRow();
        t.finish();
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Table.Format.class)
    void everyFormat(Table.Format format) throws IOException {
        String expected =
                switch (format) {
                    case COLUMNS ->
                            """
                                  sIP|  Bytes|
                            192.0.2.1|   1200|
                              a "b"
                            c|      7|
                            """;
                    case CSV ->
                            """
                            sIP,Bytes
                            192.0.2.1,1200
                            "a ""b""
                            c",7
                            """;
                    case JSON ->
                            """
                            [
                             {"sIP":"192.0.2.1","Bytes":1200},
                             {"sIP":"a \\"b\\"\\nc","Bytes":7}
                            ]
                            """;
                    case NDJSON ->
                            """
                            {"sIP":"192.0.2.1","Bytes":1200}
                            {"sIP":"a \\"b\\"\\nc","Bytes":7}
                            """;
                };
        assertThat(write(new Table.Layout(format, true, true, "|", true))).isEqualTo(expected);
    }
}
