package dev.rearview.store.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.RecordWords;
import dev.rearview.store.Flows;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Flows come to their hours in the order they came, one by one, as words or together.
class HourRowsTest {
    private static final long START_US = 1_700_000_000_000_000L;

    private final Random random = new Random(9);

    private static Map<String, String> texts(HourRows rows) {
        Map<String, String> out = new TreeMap<>();
        rows.byHour().forEach((k, v) -> out.put(k.toString(), Arrays.toString(v.words())));
        return out;
    }

    private MessageFlows message() {
        MessageFlows m = new MessageFlows();
        m.setCount(1 + random.nextInt(MessageFlows.CAPACITY));
        for (int number = 0; number < FieldNumbers.NUMBERS; number++) {
            long most = number == FieldNumbers.FLOWTYPE ? 3 : 200;
            if (random.nextInt(3) > 0) {
                m.setSame(number, random.nextInt(4) == 0 ? random.nextLong(most) : 0);
                continue;
            }
            for (int i = 0; i < m.count(); i++) {
                m.vary(number)[i] = random.nextLong(most);
            }
        }
        for (int i = 0; i < m.count(); i++) {
            m.vary(FieldNumbers.STIME)[i] = START_US + random.nextLong(7_200_000_000L);
        }
        return m;
    }

    @Test
    void whicheverWayTheyComeTheyAreTheSame() {
        HourRows mixed = new HourRows();
        HourRows single = new HourRows();
        FlowRecord r = new FlowRecord();
        for (int n = 0; n < 500; n++) {
            if (random.nextInt(4) > 0) {
                MessageFlows m = message();
                mixed.add(m);
                for (int i = 0; i < m.count(); i++) {
                    m.get(i, r);
                    single.add(r);
                }
                continue;
            }
            for (int i = random.nextInt(300); i > 0; i--) {
                FlowRecord one = Flows.random(random);
                one.stime = START_US + random.nextLong(7_200_000_000L);
                long[] words = new long[RecordWords.COUNT];
                RecordWords.pack(one, words, 0);
                if (i % 2 == 0) {
                    mixed.add(words, 1);
                } else {
                    mixed.add(one);
                }
                single.add(one);
            }
            if (random.nextInt(50) == 0) {
                assertThat(mixed.byHour()).hasSameSizeAs(single.byHour());
            }
        }
        assertThat(mixed.hours()).isGreaterThan(100);
        assertThat(texts(mixed)).isEqualTo(texts(single));
        mixed.release();
        assertThat(mixed.byHour()).isEmpty();
    }
}
