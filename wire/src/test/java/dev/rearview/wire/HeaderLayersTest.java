package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.rearview.wire.registry.ElementIds;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What compiling a template decides about repeated elements, and what it costs.
class HeaderLayersTest {
    /// What a template of nine fields may take: its builder, itself, the moves of its records and
    /// their arrays.
    private static final long MOST_OCTETS = 1100;

    private static final int EVENT = 40005;

    private static Template template(int... elements) {
        Template.Builder b = Template.of(256, false, elements.length + 3);
        for (int e : elements) {
            b.add(e < 0 ? Elements.REVERSE : 0, Math.abs(e), 4);
        }
        return Objects.requireNonNull(b.build());
    }

    private static int[] slots(Template t) {
        int[] out = new int[t.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = t.slot(i);
        }
        return out;
    }

    /// Every element that flows use has a number of its own.
    @Test
    void ordinalsAreDistinct() {
        boolean[] seen = new boolean[Elements.MAX_ORDINALS];
        int used = 0;
        for (int enterprise : new int[] {0, Elements.CERT, Elements.REVERSE}) {
            for (int id = 0; id < 0xFFFF; id++) {
                int slot = Elements.slot(enterprise, id);
                // Of YAF's, several numbers share a slot.
                if (slot >= 0 && (enterprise != Elements.CERT || (id & 0x3E00) == 0)) {
                    int ordinal = Elements.ordinal(slot);
                    used += seen[ordinal] ? 0 : 1;
                    seen[ordinal] = true;
                }
            }
        }
        assertThat(used).isGreaterThan(Long.SIZE);
        for (int i = 0; i < used; i++) {
            assertThat(seen[i]).as("ordinal " + i).isTrue();
        }
    }

    /// The elements with the lowest numbers and the highest ones, twice and three times.
    @Test
    void repeatedElementsAreSecondOnesOrSkipped() {
        Template t = template(8, 12, 1, 1, 4, -6, EVENT, 8, 12, 4, -6, EVENT, 8, 4, -6);
        int flags = ElementIds.REVERSE_BASE + 6;
        assertThat(slots(t))
                .containsExactly(
                        8,
                        12,
                        1,
                        -1,
                        4,
                        flags,
                        ElementIds.FIREWALL_EVENT_V9,
                        HeaderLayers.second(8),
                        HeaderLayers.second(12),
                        HeaderLayers.second(4),
                        HeaderLayers.second(flags),
                        -1,
                        -1,
                        -1,
                        -1);
        assertThat(t.layers().pairs()).containsExactly(8, HeaderLayers.second(8));
    }

    /// Templates come from anybody, in any number: those of one header share what says so, and none
    /// takes a table of all elements.
    @Test
    void ordinaryTemplatesTakeWhatTheirFieldsTake() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int count = 1000;
        Template last = template(8);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < count; i++) {
            last = template(8, 12, 4, 7, 11, 2, 1, 152, 153);
        }
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(taken / count).isBetween(1L, MOST_OCTETS);
        assertThat(last.layers()).isSameAs(HeaderLayers.ONE);
    }
}
