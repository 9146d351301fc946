package dev.rearview.engine.language;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.engine.expr.Predicate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Any text is a test or is refused with a place in it, and what is a test can be written and read.
class LanguageFuzzTest {
    private static final List<String> WORDS =
            List.of(
                    "bytes",
                    "sip",
                    "stime",
                    "duration",
                    "scc",
                    "flags",
                    "in",
                    "not",
                    "and",
                    "or",
                    "(",
                    ")",
                    "[",
                    "]",
                    ",",
                    "=",
                    "<",
                    ">=",
                    "+",
                    "-",
                    "*",
                    "/",
                    "//",
                    "%",
                    "&",
                    "5",
                    "1.5",
                    "10k",
                    "0x1F",
                    "2024/02/01",
                    "10.0.0.0/8",
                    "2001:db8::1",
                    "10.x.1.2",
                    "'us'",
                    "'S/SA'",
                    "set(",
                    "country(",
                    "hour(",
                    "prefix(",
                    "bits(",
                    "if(",
                    "label('m',",
                    "scaled(",
                    "bin(",
                    "1h",
                    "now",
                    "true",
                    "protocol",
                    "tcp",
                    "min(");

    @FuzzTest
    void anyText(byte[] data) {
        check(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void wordsInAnyOrder() {
        Random random = new Random(14);
        int good = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(9); n > 0; n--) {
                text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
            }
            good += check(text.toString()) ? 1 : 0;
        }
        assertThat(good).isGreaterThan(100);
    }

    private static boolean check(String text) {
        Predicate test;
        try {
            test = Language.test(text, Names.OF_FIELDS);
        } catch (SyntaxException e) {
            assertThat(e.at()).isBetween(0, text.length());
            return false;
        }
        String written = Language.write(test);
        assertThat(Language.test(written, Names.OF_FIELDS)).as(text).isEqualTo(test);
        return true;
    }
}
