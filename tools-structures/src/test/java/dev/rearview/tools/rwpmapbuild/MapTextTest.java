package dev.rearview.tools.rwpmapbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The grammar of a prefix map's text: what goes where, and how far numbers go.
class MapTextTest {
    private static MapText of(String... statements) {
        MapText text = new MapText(null, false);
        for (String s : statements) {
            text.statement(s);
        }
        return text;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "mode ipv6 | mode ipv4; the mode is already set",
                "label 1 a | mode ipv6; the mode must come before labels and ranges",
                "mode ipv5; expected ipv4, ipv6 or proto-port",
                "mode; expected 'mode ipv4', 'mode ipv6' or 'mode proto-port'",
                "map-name a | map-name b; the map has a name already",
                "map-name a:b; a map name must not hold a comma or a colon",
                "label 1; expected 'label NUMBER TEXT'",
                "label 16777217 a; label number 16777217 is too large",
                "10.0.0.0/8 a | label 1 b; labels must come before the default and ranges",
                "default a | label 1 b; labels must come before the default and ranges",
                "label 1 a | label 1 b; label 1 or its text is already used",
                "label 1 a | label 2 a; label 2 or its text is already used",
                "label 1 a | 10.0.0.0/8 b; no label statement defines 'b'",
                "label 1 a | 10.0.0.0/8 7; no label statement defines '7'",
                "10.0.0.0/8 a | default b; the default must come once, before the ranges",
                "default a | default b; the default must come once, before the ranges",
                "10.0.0.0/8; expected a range and a label",
                "10.0.0.1 a; expected LOW HIGH LABEL or CIDR LABEL",
                "10.0.0.9 10.0.0.1 a; range '10.0.0.9 10.0.0.1' runs down",
                "1 10.0.0.1 a; an integer and an address do not make a range",
                "1/8 a; an integer has no prefix length: '1/8'",
                "2001:db8::/32 a; '2001:db8::/32' is IPv6, and the map IPv4",
                "mode proto-port | 6/1 7 a; expected two protocols or two protocol/port pairs",
                "mode proto-port | 7 6 a; range '7 6' runs down"
            })
    void whatDoesNotFitIsRefused(String statements, String message) {
        String[] all = statements.split(" \\| ", -1);
        MapText text = new MapText(null, false);
        for (int i = 0; i < all.length - 1; i++) {
            text.statement(all[i]);
        }
        assertThatThrownBy(() -> text.statement(all[all.length - 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mode proto-port | 256 256 a", "mode proto-port | 6/65536 6/65536 a"})
    void protocolsAndPortsEndWhereTheyEnd(String statements) {
        assertThatThrownBy(() -> of(statements.split(" \\| ", -1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLastRangeCountsAndTheRestIsUnknown() {
        PrefixMap map = of("map-name nets", "10.0.0.0/8 a", "10.1.0.0 10.1.0.255 b c").map();
        assertThat(map.name()).isEqualTo("nets");
        assertThat(label(map, 0x0A00_0001)).isEqualTo("a");
        assertThat(label(map, 0x0A01_00FF)).isEqualTo("b c");
        assertThat(label(map, 0x0A01_0100)).isEqualTo("a");
        assertThat(label(map, 0x0B00_0000)).isEqualTo("UNKNOWN");
    }

    private static String label(PrefixMap map, int address) {
        return map.label(map.find(0, Ip.mapped(address)));
    }

    @Test
    void aProtocolAloneHasAllItsPorts() {
        PrefixMap map = of("mode proto-port", "default none", "6 6 tcp", "6/80 6/80 web").map();
        assertThat(map.label(map.findPort(6, 0))).isEqualTo("tcp");
        assertThat(map.label(map.findPort(6, 65_535))).isEqualTo("tcp");
        assertThat(map.label(map.findPort(6, 80))).isEqualTo("web");
        assertThat(map.label(map.findPort(7, 0))).isEqualTo("none");
    }

    @Test
    void aNameIsKeptAsFarAsItIsGoodWhereErrorsAreIgnored() {
        MapText text = new MapText(PrefixMap.Kind.IPV6, true);
        assertThatThrownBy(() -> text.statement("map-name nets,2"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(text.map().name()).isEqualTo("nets");
        assertThat(text.map().kind()).isEqualTo(PrefixMap.Kind.IPV6);
    }
}
