package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A cell of a column of numbers is a number of JSON only where it is one there.
class TableNumberTest {
    private static String printed(String cell, boolean isText) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Table.Layout layout = new Table.Layout(Table.Format.NDJSON, true, true, "|", true);
        Table table = new Table(out, layout, List.of(new Table.Heading("v", 0, true)));
        table.titles();
        if (isText) {
            table.text(cell);
        } else {
            table.cell(cell);
        }
        table.endRow();
        table.finish();
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0", "7,7", "-7,-7", "18446744073709551615,18446744073709551615", "0.5,0.5",
        "-0.5,-0.5", "1.25,1.25", "1e5,1e5", "1.5e+10,1.5e+10", "2e-07,2e-07",
        "007,'\"007\"'", "-05,'\"-05\"'", "1.,'\"1.\"'", ".5,'\".5\"'", "1.2.3,'\"1.2.3\"'",
        "10.0.0.1,'\"10.0.0.1\"'", "-,'\"-\"'", "1e,'\"1e\"'", "1e+,'\"1e+\"'", "e5,'\"e5\"'",
        "1e5x,'\"1e5x\"'", "inf,'\"inf\"'", "'',null",
    })
    void numbersAreThoseOfJson(String cell, String expected) {
        assertThat(printed(cell, false)).isEqualTo("{\"v\":" + expected + "}\n");
    }

    @ParameterizedTest
    @CsvSource({"12e5,'\"12e5\"'", "7,'\"7\"'", "'','\"\"'"})
    void aTextStaysOne(String cell, String expected) {
        assertThat(printed(cell, true)).isEqualTo("{\"v\":" + expected + "}\n");
    }
}
