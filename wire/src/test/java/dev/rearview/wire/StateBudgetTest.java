package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StateBudgetTest {
    @Test
    void aBudgetIsExceededAboveItsLimit() {
        StateBudget budget = new StateBudget(800);
        assertThat(budget.limit()).isEqualTo(800);
        assertThat(budget.share()).isEqualTo(100);
        budget.charge(800);
        assertThat(budget.isExceeded()).isFalse();
        budget.charge(1);
        assertThat(budget.isExceeded()).isTrue();
        // Up to a share above it, until somebody evicts.
        assertThat(budget.refuses(99)).isFalse();
        assertThat(budget.refuses(100)).isTrue();
        budget.release(801);
        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> new StateBudget(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new StateBudget(1).limit()).isEqualTo(1);
    }

    @Test
    void aPartIsChargedToTheWholeAndExceededByItself() {
        StateBudget whole = new StateBudget(800);
        StateBudget part = whole.part(80);
        part.charge(81);
        assertThat(whole.used()).isEqualTo(81);
        assertThat(part.isExceeded()).isTrue();
        assertThat(whole.isExceeded()).isFalse();
        part.release(41);
        assertThat(part.used()).isEqualTo(40);
        assertThat(whole.used()).isEqualTo(40);
        assertThat(part.isExceeded()).isFalse();
        whole.charge(840);
        assertThat(part.refuses(20)).isFalse();
        assertThat(part.refuses(21)).isTrue();
    }

    @Test
    void theHeapsBudgetIsAQuarterOfItAtMost() {
        assertThat(StateBudget.ofHeap().limit())
                .isPositive()
                .isLessThanOrEqualTo(StateBudget.DEFAULT_OCTETS)
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }
}
