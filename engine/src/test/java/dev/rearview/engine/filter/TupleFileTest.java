package dev.rearview.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.expr.Tuples.Column;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IpRange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TupleFileTest {
    private static List<Tuple> read(List<Column> columns, String delimiter, String text)
            throws IOException {
        return TupleFile.read(
                new BufferedReader(new StringReader(text)),
                new Tuples("tuples", columns, delimiter, Tuples.Direction.FORWARD));
    }

    private static BitSet bits(int... numbers) {
        BitSet out = new BitSet();
        for (int n : numbers) {
            out.set(n);
        }
        return out;
    }

    private static Tuple tuple(String sip, String dip, BitSet sport, BitSet dport, BitSet proto) {
        return new Tuple(
                sip.isEmpty() ? Tuple.ANYWHERE : IpRange.parse(sip),
                dip.isEmpty() ? Tuple.ANYWHERE : IpRange.parse(dip),
                sport,
                dport,
                proto);
    }

    @Test
    void theFirstLineNamesTheFields() throws IOException {
        String text =
                """
                # what is sought

                dip | SPort|dPort  # names
                10.0.0.1|80|0-2
                   10.0.0.0/8 | 1,65535 | 53 |   # another
                """;
        assertThat(read(List.of(), "|", text))
                .containsExactly(
                        tuple("", "10.0.0.1", bits(80), bits(0, 1, 2), bits()),
                        tuple("", "10.0.0.0/8", bits(1, 65535), bits(53), bits()));
    }

    @Test
    void fieldsMayBeNamedBeforehand() throws IOException {
        List<Column> columns = List.of(Column.PROTOCOL, Column.SIP);
        Tuple one = tuple("192.0.2.1", "", bits(), bits(), bits(6, 255));
        assertThat(read(columns, " ", "6,255 \t 192.0.2.1")).containsExactly(one);
        assertThat(read(columns, ",", "6,192.0.2.1,\n17,192.0.2.2"))
                .extracting(Tuple::protocol)
                .containsExactly(bits(6), bits(17));
        // A title is no tuple even then, but only in the first line.
        assertThat(read(columns, "|", "protocol|sip\n6,255|192.0.2.1")).containsExactly(one);
        assertThatThrownBy(() -> read(columns, "|", "6|192.0.2.1\nprotocol|sip"))
                .hasMessageContaining("tuples:2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';tuples:0;no tuples",
                "'sip|dip\n# nothing';tuples:2;no tuples",
                "10.0.0.1|10.0.0.2;tuples:1;does not name",
                "'sip|10.0.0.1\n';tuples:1;does not name",
                "'sip| |dip\n';tuples:1;does not name",
                "'sip|what\n10.0.0.1|1';tuples:1;does not name",
                "'sip|sip\n10.0.0.1|10.0.0.2';tuples:1;does not name",
                "'sip|dip\n10.0.0.1';tuples:2;expected 2 fields",
                "'sip|dip\n\n10.0.0.1|10.0.0.2|10.0.0.3';tuples:3;expected 2 fields",
                "'sip|dip\n |10.0.0.1';tuples:2;field sip is empty",
                "'sip|dport\n10.0.0.1|80-';tuples:2;open range",
                "'sip|dport\n10.0.0.1|65536';tuples:2;65536",
                "'sip|protocol\n10.0.0.1|256';tuples:2;256",
                "'sip|dport\n10.0.0.300|80';tuples:2;300"
            })
    void messagesNameTheLine(String text, String where, String why) {
        assertThatThrownBy(() -> read(List.of(), "|", text))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(where)
                .hasMessageContaining(why);
    }

    @Test
    void fieldsAreNumbersOrNames() {
        assertThat(TupleFile.columns(List.of("1-3")))
                .containsExactly(Column.SIP, Column.DIP, Column.SPORT);
        assertThat(TupleFile.columns(List.of("5", " DIP ", "")))
                .containsExactly(Column.PROTOCOL, Column.DIP);
        assertThat(TupleFile.columns(List.of("1-5"))).containsExactly(Column.values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "6", "3-1", "what", "1-6"})
    void otherFieldsAreNone(String name) {
        assertThatThrownBy(() -> TupleFile.columns(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TupleFile.columns(List.of("1-3", "dip")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
