package dev.rearview.engine.expr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Field;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordTextTest {
    @Test
    void whatIsWrittenIsReadBack() {
        for (int seed = 0; seed < 2_000; seed++) {
            RandomData data = new RandomData(seed);
            Predicate predicate = data.predicate(3);
            String text = RecordText.write((Record) predicate);
            assertThat(RecordText.read(text, Predicate.class)).as(text).isEqualTo(predicate);
            Expr expr = data.number(3);
            String exprText = RecordText.write((Record) expr);
            assertThat(RecordText.read(exprText, Expr.class)).as(exprText).isEqualTo(expr);
        }
    }

    @Test
    void everyFieldOfTheRegistryIsReadBack() {
        for (FlowField field : FlowFields.SILK) {
            String text = RecordText.write(field);
            assertThat(RecordText.read(text, FlowField.class)).as(text).isEqualTo(field);
        }
    }

    @Test
    void textKeepsEveryCharacter() {
        String odd = "a\"b\\c\nd\u00e4\u0000,)]";
        MapRef ref = new MapRef.File(odd);
        assertThat(RecordText.read(RecordText.write((Record) ref), MapRef.class)).isEqualTo(ref);
    }

    @Test
    void itLooksLikeThis() {
        Predicate predicate =
                Predicate.all(
                        List.of(
                                Predicate.is(Field.DPORT, 53),
                                Predicate.not(
                                        new Predicate.AddressIn(
                                                Expr.of(Field.SIP), new SetRef.File("own.set")))));
        assertThat(RecordText.write((Record) predicate))
                .isEqualTo(
                        "All([In(Stored(DPORT),[Integers(53,53)]),"
                                + "Not(AddressIn(Stored(SIP),File(\"own.set\")))])");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Nothing()|offset 0: expected a Predicate",
                "All([]|offset 6: expected ')'",
                "All([])x|offset 7: expected the end",
                "In(Stored(DPORT),[Integers(x,5)])|offset 28: expected a number before",
                "In(Stored(PORT),[])|offset 14: expected a Field before",
                "In(Stored(SIP),[])|offset 0: an address is no number",
                "In(Stored(DPORT),[Integers(5,4)])|offset 0: ranges must ascend and be disjoint",
                "AddressMatches(Stored(SIP),\"1.2\")|offset 0: '1.2' does not have four octets",
                "Thread()|offset 0: expected a Predicate",
            })
    void badTextIsRefusedWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> RecordText.read(text, Predicate.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void deepTextIsRefused() {
        String deep = "Not(".repeat(100_000);
        assertThatThrownBy(() -> RecordText.read(deep, Predicate.class))
                .hasMessageContaining("nested too deeply");
    }

    /// Whatever comes in, a record or a message comes out.
    @Test
    void hostileTextEndsInAMessage() {
        Random random = new Random(4);
        int refused = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            StringBuilder text =
                    new StringBuilder(RecordText.write((Record) new RandomData(seed).predicate(2)));
            for (int i = 0; i < 3; i++) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, (char) (' ' + random.nextInt(95)));
            }
            try {
                RecordText.read(text.toString(), Predicate.class);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("offset ");
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 3_000);
    }
}
