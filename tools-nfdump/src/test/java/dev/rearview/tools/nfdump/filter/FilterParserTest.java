package dev.rearview.tools.nfdump.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.engine.expr.Predicate;
import org.junit.jupiter.api.Test;

class FilterParserTest {
    private static String text(String filter) {
        return FilterParser.parse(filter).text();
    }

    @Test
    void tests() {
        assertThat(FilterParser.parse("")).isEqualTo(Predicate.ALWAYS);
        assertThat(FilterParser.parse(" # nothing but a comment")).isEqualTo(Predicate.ALWAYS);
        assertThat(text("proto TCP")).isEqualTo("protocol in 6");
        assertThat(text("src port 53 # DNS\n and dst port > 1k"))
                .isEqualTo("sPort in 53 and dPort in 1001-");
        assertThat(text("port in [53, 80 81]"))
                .isEqualTo("(sPort in 53,80-81 or dPort in 53,80-81)");
        assertThat(text("src and dst net 10.1/16"))
                .isEqualTo("sIP in 10.1.0.0-10.1.255.255 and dIP in 10.1.0.0-10.1.255.255");
        assertThat(text("dst host in [10.0.0.1 10.0.0.0/30,10.0.0.9]"))
                .isEqualTo("dIP in 10.0.0.0-10.0.0.3,10.0.0.9");
        assertThat(text("proto udp or proto tcp and if 3"))
                .isEqualTo("(protocol in 17 or protocol in 6 and (in in 3 or out in 3))");
        assertThat(text("packets LE 0x10")).isEqualTo("packets in 0-16");
        assertThat(text("bytes < 0")).isEqualTo("bytes in ");
        assertThat(text("duration > 10"))
                .contains("duration")
                .endsWith("in 11-9223372036854775807");
    }

    /// `not` is turned into the tests, where it means none of some flags.
    @Test
    void negations() {
        assertThat(text("not (proto tcp and port 1)"))
                .isEqualTo("(not protocol in 6 or not (sPort in 1 or dPort in 1))");
        assertThat(text("not not proto tcp")).isEqualTo("protocol in 6");
        assertThat(text("flags SA")).isEqualTo("protocol in 6 and flags matches 0x12/0x12");
        assertThat(text("not flags SA"))
                .isEqualTo("not protocol in 6 and flags matches 0x2/0x2,0x10/0x10");
    }

    private static void refused(String filter, String message) {
        assertThatThrownBy(() -> FilterParser.parse(filter))
                .isInstanceOf(FilterException.class)
                .hasMessage("filter, column " + message);
    }

    @Test
    void errorsTellTheColumn() {
        refused("proto tcp port 53", "11: expected 'and' or 'or', not 'port'");
        refused("proto tcp and", "14: expected what is to be tested, such as 'port', not the end");
        refused("(proto tcp", "11: expected ')', not the end");
        refused("port 70000", "6: expected a number up to 65535, not '70000'");
        refused("packets > 1.5k", "11: expected a number, not '1.5k'");
        refused("bytes > 99999999999g", "9: expected a number, not '99999999999g'");
        refused("proto foo", "7: no protocol 'foo'");
        refused("ip 300.1.1.1", "4: expected an address, not '300.1.1.1'");
        refused("net 10.0.0.0/33", "5: '33' is above the maximum of 32");
        refused("net 10.0.0.0 255.0.255.0", "14: expected a mask, such as 255.0.0.0");
        refused("port in [53 80", "15: expected ']', not the end");
        refused("port in []", "11: expected a list that is not empty, not the end");
        refused("flags Q", "7: expected flags of FSRPAUX, not 'Q'");
        refused("ident 'a", "7: a quote without its end");
        refused("proto tcp & port 3", "11: '&' stands alone");
        refused("src as 3", "5: flow records have no autonomous systems");
        refused("not mpls label1 3", "5: flow records have no MPLS labels");
        refused("in src mac 00:00:00:00:00:01", "8: flow records have no MAC addresses");
        refused(
                "out packets > 3",
                "1: flow records have no counts of the other direction, which is a flow of its"
                        + " own");
        refused("(".repeat(300) + "any", "201: more than 200 levels");
    }

    @FuzzTest(maxDuration = "10s")
    void anything(byte[] octets) {
        StringBuilder filter = new StringBuilder();
        String[] words = {
            "(",
            ")",
            "not ",
            "and ",
            "or ",
            "port ",
            "src ",
            "in ",
            "[",
            "]",
            "53 ",
            "flags ",
            "S ",
            "net ",
            "10.0.0.0/8 ",
            "packets ",
            "> ",
            "'",
            "# ",
            "proto ",
            "1k ",
            ",",
            "::1 "
        };
        for (byte o : octets) {
            filter.append(words[(o & 0xFF) % words.length]);
        }
        try {
            assertThat(FilterParser.parse(filter.toString()).text()).isNotNull();
        } catch (FilterException e) {
            assertThat(e).hasMessageStartingWith("filter, column ");
        }
    }
}
