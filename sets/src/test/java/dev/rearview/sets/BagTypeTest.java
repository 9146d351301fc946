package dev.rearview.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names of a bag's keys and counters, and what its counters do at their ends.
class BagTypeTest {
    @Test
    void countersStayAtTheirEnds() {
        assertThat(BagCounter.sum(BagCounter.MAX, 1)).isEqualTo(BagCounter.MAX);
        assertThat(BagCounter.sum(1, BagCounter.MAX - 1)).isEqualTo(BagCounter.MAX);
        assertThat(BagCounter.overflows(1, BagCounter.MAX - 1)).isFalse();
        assertThat(BagCounter.overflows(2, BagCounter.MAX - 1)).isTrue();
        assertThat(BagCounter.difference(3, -3L)).isZero();
        assertThat(BagCounter.difference(-3L, 3)).isEqualTo(-6L);
        assertThat(BagCounter.quotient(7, 2)).isEqualTo(4);
        assertThat(BagCounter.quotient(4, 3)).isEqualTo(1);
        assertThat(BagCounter.quotient(-2L, 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(BagCounter.asDouble(-2L)).isEqualTo(0x1p64);
    }

    @ParameterizedTest
    @CsvSource({
        "sipv4,SIPV4,dipv4,ANY_IPV4",
        "sipv6,SIPV6,dipv4,ANY_IPV6",
        "sport,SPORT,any-port,ANY_PORT",
        "stime,STIME,duration,ANY_TIME",
        "flags,FLAGS,initialflags,FLAGS",
        "SENSOR,SENSOR,class,CUSTOM",
        "any-c,ANY_COUNTRY,dip-country,ANY_COUNTRY",
    })
    void typesAreNamedAndCombined(String name, BagType type, String other, BagType combined) {
        assertThat(BagType.named(name)).isEqualTo(type);
        assertThat(type.combined(BagType.named(other))).isEqualTo(combined);
        assertThat(BagType.named(other).combined(type)).isEqualTo(combined);
        assertThat(BagType.of(type.id())).contains(type);
        assertThatThrownBy(() -> BagType.named("any")).hasMessageContaining("ambiguous");
    }
}
