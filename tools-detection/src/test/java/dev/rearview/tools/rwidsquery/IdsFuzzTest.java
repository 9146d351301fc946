package dev.rearview.tools.rwidsquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.kit.options.Options;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwfilter.RwFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Any text is an alert or a rule, or is refused; and what it comes to is taken by rwfilter.
class IdsFuzzTest {
    private static final List<String> TIME =
            List.of(
                    "11/24-12:00:05.123456 ",
                    "02/29/26-23:59:59.9 ",
                    "13/40-99:99:99 ",
                    "Nov 24 12:00:05 host snort: ");
    private static final List<String> PROTOCOL =
            List.of(
                    "{TCP} ",
                    "{UDP} ",
                    "{ICMP} ",
                    "{IPV6-ICMP} ",
                    "{PROTO:089} ",
                    "{PROTO:999} ",
                    "{} ",
                    "{",
                    "}");
    private static final List<String> END =
            List.of(
                    "10.0.0.1",
                    "10.0.0.1:80",
                    "10.0.0.1:99999",
                    "10.0.0.1:",
                    "2001:db8::1",
                    "2001:db8::1:80",
                    "2001:db8:0:0:0:0:0:1:80",
                    "::ffff:10.0.0.1",
                    "::ffff:10.0.0.1:22",
                    "fe80::1%eth0",
                    "010.000.000.001",
                    "167772161",
                    "10.0.0.0/8",
                    "10.0.0.1,10.0.0.2",
                    "10.0.0.x");
    private static final List<String> LAST =
            List.of(
                    "",
                    "\nTCP TTL:64 TOS:0x0 ",
                    "\nPROTO:47 x",
                    "\n0:1:2:3:4:5 -> 6:7:8:9:A:B type:0x800 len:0x3C",
                    " UDP TTL:1",
                    " ");

    private static final List<String> RULE =
            List.of(
                    "alert tcp ",
                    "any ",
                    "any any -> any any ",
                    "$NET ",
                    "$PORTS ",
                    "$(NET) ",
                    "$(NO:-10.0.0.0/8) ",
                    "$LOOP ",
                    "$",
                    "$(",
                    "10.0.0.0/8 ",
                    "10.0.0.1-10.0.0.9 ",
                    "2001:db8::/32 ",
                    "nobody/0 ",
                    "::/0 ",
                    "0.0.0.0/0 ",
                    "1.2.3.4/33 ",
                    "![10.0.0.0/8,!10.1.0.0/16] ",
                    "[",
                    "]",
                    "!",
                    ",",
                    "80 ",
                    "1:1024 ",
                    ":1024 ",
                    "65536 ",
                    "[80,443] ",
                    "-> ",
                    "<> ",
                    "<- ",
                    "(",
                    ")",
                    "(itype:8; icode:0;)",
                    "itype:<>;",
                    "itype:3<>5;",
                    "icode:!0;",
                    "ip_proto:!tcp;",
                    "ip_proto:>255;",
                    "flags:SF+,12;",
                    "flags:!S;",
                    "flags:;",
                    "flags:0;",
                    "flags:X;",
                    "content:\"a;b\\\"\";",
                    "\\",
                    "\"",
                    ";",
                    " ");

    private static final String CONFIGURATION =
            "ipvar NET [10.0.0.0/8,!10.2.0.0/16]\nportvar PORTS [80,8000:8080]\nvar LOOP $LOOP\n";

    private final Workbench bench = new Workbench(Path.of("."));

    /// What rwfilter says against it is a failure of the test.
    private void taken(List<Criterion> criteria) {
        List<String> words = new ArrayList<>();
        for (Criterion c : criteria) {
            assertThat(c.set().isEmpty() || !c.set().get().isEmpty()).isTrue();
            assertThat(c.value()).doesNotContainPattern("\\s");
            if (c.set().isEmpty()) {
                words.add("--" + c.name() + "=" + c.value());
            }
        }
        bench.within(
                "rwfilter",
                env -> {
                    Options options = new Options();
                    new RwFilter(env).declare(options);
                    assertThat(options.parse(words)).as(words.toString()).isEmpty();
                    return 0;
                });
    }

    private int fast(String line) {
        try {
            return Alert.fast(line).map(this::criteria).orElse(0);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return 0;
        }
    }

    private int full(List<String> lines) {
        try {
            return Alert.full(lines).map(this::criteria).orElse(0);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return 0;
        }
    }

    private int criteria(Alert alert) {
        List<Criterion> criteria = alert.criteria(2026, Duration.ofHours(1));
        taken(criteria);
        return criteria.size();
    }

    private int rule(String configuration, String text) {
        try {
            List<Criterion> criteria = new Rule(variables(configuration)).criteria(text);
            taken(criteria);
            return criteria.size();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
            return 0;
        }
    }

    private static Variables variables(String configuration) {
        try {
            return Variables.read(new BufferedReader(new StringReader(configuration)), "f");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String random(List<String> words, Random random) {
        StringBuilder out = new StringBuilder();
        for (int n = 1 + random.nextInt(12); n > 0; n--) {
            out.append(one(words, random));
        }
        return out.toString();
    }

    @Test
    void piecesOfAlerts() {
        Random random = new Random(14);
        int good = 0;
        for (int i = 0; i < 5_000; i++) {
            String ends = one(END, random) + " -> " + one(END, random) + one(LAST, random);
            String time = one(TIME, random);
            good += fast(time + "[**] PING [**] " + one(PROTOCOL, random) + ends) > 0 ? 1 : 0;
            good += full(("[**] PING [**]\n" + time + ends).lines().toList()) > 0 ? 1 : 0;
        }
        assertThat(good).isGreaterThan(100);
    }

    private static String one(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }

    @Test
    void piecesOfRulesInAnyOrder() {
        Random random = new Random(14);
        int good = 0;
        for (int i = 0; i < 5_000; i++) {
            String text = random(RULE, random);
            good += rule(CONFIGURATION, text) > 0 ? 1 : 0;
            good += rule(CONFIGURATION, "alert tcp any any -> any any (" + text + ")") > 0 ? 1 : 0;
            good += rule(CONFIGURATION, "alert tcp " + text + " 80 -> any any") > 0 ? 1 : 0;
        }
        assertThat(good).isGreaterThan(100);
    }

    @FuzzTest(maxDuration = "20s")
    void anyAlert(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        text.lines().forEach(this::fast);
        full(text.lines().filter(l -> !l.isBlank()).toList());
    }

    @FuzzTest(maxDuration = "20s")
    void anyRule(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        int cut = text.indexOf("\n\n");
        rule(cut < 0 ? CONFIGURATION : text.substring(0, cut), text.substring(cut + 1));
    }

    /// What would take hours where each place is tried against the rest of the text.
    @Test
    @Timeout(20)
    void longTextsAreRefusedSoon() {
        int length = 1 << 20;
        String names = "$(a".repeat(length / 3);
        String name = "$(" + "a".repeat(length);
        for (String s : List.of(names, name, "$(A:-".repeat(length / 5))) {
            assertThatThrownBy(() -> new Rule(new Variables()).criteria("alert tcp " + s))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Variables().expand(s))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void optionsThatStandTwice() {
        Rule rule = new Rule(new Variables());
        String head = "alert ip any any -> any any ";
        assertThat(rule.criteria(head + "(ip_proto:!6; ip_proto:<8;)"))
                .containsExactly(new Criterion("protocol", "0-5,7"));
        for (String twice :
                List.of("(itype:8; itype:0;)", "(flags:S; flags:A;)", "(flags:+;)", "(flags:;)")) {
            assertThatThrownBy(() -> rule.criteria(head + twice))
                    .as(twice)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> rule.criteria("alert ip nobody/0 any -> any any"))
                .hasMessageContaining("nobody");
    }

    /// Lists as long as those of known bad hosts.
    @Test
    @Timeout(20)
    void longLists() {
        StringBuilder list = new StringBuilder("[10.0.0.0/8");
        for (int i = 0; i < 50_000; i++) {
            list.append(",192.").append(i >> 8).append('.').append(i & 0xFF).append(".7");
        }
        List<Criterion> found =
                new Rule(new Variables()).criteria("alert ip " + list + "] any -> any any");
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().set().orElseThrow().size().longValueExact())
                .isEqualTo((1L << 24) + 50_000);
    }
}
