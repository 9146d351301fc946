package dev.rearview.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Any text is an expression, or the address of a database, or is refused.
class CatalogueFuzzTest {
    private static final List<String> WORDS =
            List.of(
                    "in",
                    "label",
                    "watch",
                    "bad",
                    "none",
                    "\"watch\"",
                    "\"",
                    "(",
                    ")",
                    "and",
                    "or",
                    "not",
                    "at",
                    "after",
                    "before",
                    "between",
                    "2007/04/15",
                    "2007/05/20:12",
                    "2007/05/20T12:30:15.5",
                    "1177000000",
                    "9223372036854775807",
                    "99999999999999999999",
                    "2007/13/40",
                    "now",
                    "in watch",
                    "label bad",
                    "at 2007/04/15");

    private static final List<String> PARTS =
            List.of(
                    "sqlite:",
                    "postgresql://",
                    "postgres://",
                    "//",
                    "/",
                    "user",
                    ":",
                    "@",
                    "secret",
                    "%41",
                    "%zz",
                    "%",
                    "+",
                    "[::1]",
                    "[",
                    "5432",
                    "0",
                    "99999",
                    "host.example",
                    "db",
                    "?a=b",
                    "#",
                    "\\0",
                    " ",
                    "..");

    @TempDir private static Path directory;

    private static Database store() throws IOException {
        DatabaseUrl url = DatabaseUrl.sqlite("fuzz.db", directory);
        if (!Files.exists(directory.resolve("fuzz.db"))) {
            try (Database d = Database.open(url, Database.Use.WRITE)) {
                IpaStore store = new IpaStore(d);
                IpaStore.Entry one = new IpaStore.Entry(0, 1, 0, 9, 0, Optional.empty());
                store.put(
                        new IpaStore.Import("watch", "", IpaStore.Kind.SET, Period.ALWAYS, "x"),
                        out -> out.add(one));
            }
        }
        return Database.open(url, Database.Use.READ);
    }

    private static boolean isExpression(IpaStore store, String text) {
        try {
            IpSet found = IpaExpression.addresses(text, store, 1_177_000_000_000L);
            assertThat(found.equals(found.union(IpSet.EMPTY))).isTrue();
            return true;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        } catch (IOException e) {
            // A catalog that is not there.
            assertThat(e).hasMessageContaining("no catalog");
        }
        return false;
    }

    private static boolean isUrl(String text) {
        try {
            DatabaseUrl url = DatabaseUrl.parse(text, directory);
            if (url instanceof DatabaseUrl.Postgres p) {
                assertThat(p.toString())
                        .isEqualTo(
                                "postgresql://" + p.host() + ":" + p.port() + "/" + p.database());
            }
            return true;
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return false;
        }
    }

    @Test
    void wordsInAnyOrder() throws IOException {
        Random random = new Random(14);
        int good = 0;
        try (Database d = store()) {
            IpaStore store = new IpaStore(d);
            for (int i = 0; i < 4_000; i++) {
                good += isExpression(store, random(WORDS, " ", random)) ? 1 : 0;
            }
        }
        assertThat(good).isGreaterThan(20);
    }

    @Test
    void partsOfAddressesInAnyOrder() {
        Random random = new Random(14);
        int good = 0;
        for (int i = 0; i < 10_000; i++) {
            good += isUrl(random(PARTS, "", random)) ? 1 : 0;
        }
        assertThat(good).isGreaterThan(100);
    }

    private static String random(List<String> words, String between, Random random) {
        StringBuilder out = new StringBuilder();
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
            out.append(words.get(random.nextInt(words.size()))).append(between);
        }
        return out.toString();
    }

    @Test
    @Timeout(20)
    void longTextsAreReadSoon() throws IOException {
        int length = 1 << 18;
        try (Database d = store()) {
            IpaStore store = new IpaStore(d);
            for (String s : List.of("\"", "(", ")", "not ", "a", " ", "\"a\" ", "in watch or ")) {
                isExpression(store, s.repeat(s.startsWith("in") ? 5_000 : length));
            }
        }
        for (String s : List.of("@", ":", "%41", "a", "/", "[")) {
            isUrl("postgresql://" + s.repeat(length));
            isUrl("postgresql://host/" + s.repeat(length));
        }
    }

    @FuzzTest(maxDuration = "20s")
    void anyExpression(byte[] octets) throws IOException {
        try (Database d = store()) {
            isExpression(new IpaStore(d), new String(octets, StandardCharsets.UTF_8));
        }
    }

    @FuzzTest(maxDuration = "20s")
    void anyAddress(byte[] octets) {
        isUrl(new String(octets, StandardCharsets.UTF_8));
    }
}
