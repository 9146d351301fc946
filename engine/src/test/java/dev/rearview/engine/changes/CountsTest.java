package dev.rearview.engine.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rearview.engine.changes.Windows.Window;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The statistics of changes, with figures that can be checked by hand.
class CountsTest {
    private static final Offset<Double> EXACT = within(1e-9);

    private static Windows windows(long before, long after) {
        return new Windows(new Window(0, before), new Window(10_000, 10_000 + after));
    }

    private static Change change(Windows windows, boolean distinct, double[][] parts) {
        Counts counts = new Counts(windows, distinct);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].length > 0) {
                counts.add(i, parts[i][0], parts[i][1]);
            }
        }
        return counts.change(new long[] {1});
    }

    @Test
    void flowsHaveTheNoiseOfTheirSquareRoot() {
        Change c = change(windows(100, 100), false, new double[][] {{40, 40}, {60, 60}});
        assertThat(c.kind()).isEqualTo(Change.Kind.GROWN);
        assertThat(c.before()).isEqualTo(40);
        assertThat(c.difference()).isEqualTo(20);
        assertThat(c.noise()).isEqualTo(10, EXACT);
        assertThat(c.score()).isEqualTo(2, EXACT);
    }

    @Test
    void octetsComeInFlows() {
        // 100 flows with 1,000 octets each.
        Change c = change(windows(100, 100), false, new double[][] {{40_000, 60}, {60_000, 40}});
        assertThat(c.noise()).isEqualTo(10_000, EXACT);
    }

    @Test
    void aWindowOfAnotherLengthIsScaled() {
        // A third of 90 is usual; noise is the root of a third of 120.
        Change c = change(windows(150, 50), false, new double[][] {{90, 90}, {}, {}, {30, 30}});
        assertThat(c.before()).isEqualTo(30, EXACT);
        Change scaled = change(windows(100, 250), false, new double[][] {{40, 40}, {60, 60}});
        assertThat(windows(100, 250).parts()).isEqualTo(1);
        assertThat(scaled.before()).isEqualTo(100, EXACT);
        assertThat(scaled.kind()).isEqualTo(Change.Kind.SHRUNK);
        assertThat(scaled.noise()).isEqualTo(Math.sqrt(250), EXACT);
    }

    @Test
    void threePartsShowHowMuchAKeyVaries() {
        // Mean 20; standard deviation 10; times the root of 4/3.
        Change c =
                change(
                        windows(300, 100),
                        false,
                        new double[][] {{10, 1}, {20, 1}, {30, 1}, {50, 1}});
        assertThat(c.before()).isEqualTo(20, EXACT);
        // Chance: 110/4 times the root of 4/3.
        assertThat(c.noise()).isEqualTo(27.5 * Math.sqrt(4.0 / 3), EXACT);
        Change steady =
                change(
                        windows(300, 100),
                        false,
                        new double[][] {{1000, 1e6}, {2000, 1e6}, {3000, 1e6}, {2000, 1e6}});
        assertThat(steady.noise()).isEqualTo(1000 * Math.sqrt(4.0 / 3), EXACT);
        // A part without the key is one with 0 of it.
        Change rare =
                change(windows(300, 100), false, new double[][] {{3000, 1e6}, {}, {}, {0, 1}});
        assertThat(rare.noise()).isEqualTo(Math.sqrt(3e6) * Math.sqrt(4.0 / 3), EXACT);
    }

    @Test
    void distinctThingsAreCountedThemselves() {
        Change c = change(windows(200, 100), true, new double[][] {{8, 900}, {10, 2}, {14, 7}});
        assertThat(c.before()).isEqualTo(9, EXACT);
        assertThat(c.noise()).isEqualTo(Math.sqrt(32 / 2.0), EXACT);
    }

    @Test
    void keysAreNewOrGone() {
        Windows windows = windows(100, 100);
        assertThat(change(windows, false, new double[][] {{}, {16, 16}}))
                .satisfies(c -> assertThat(c.kind()).isEqualTo(Change.Kind.NEW))
                .satisfies(c -> assertThat(c.score()).isEqualTo(4, EXACT));
        assertThat(change(windows, false, new double[][] {{9, 9}, {}}))
                .satisfies(c -> assertThat(c.kind()).isEqualTo(Change.Kind.GONE))
                .satisfies(c -> assertThat(c.difference()).isEqualTo(-9));
    }

    /// Of keys that do not change, a third lies beyond one time the noise, and next to none beyond
    /// three times.
    @Test
    void chanceAloneSeldomExceedsTheNoise() {
        Random random = new Random(11);
        for (int parts : new int[] {1, 2, 7}) {
            Windows windows = windows(100L * parts, 100);
            int once = 0;
            int thrice = 0;
            int keys = 20_000;
            for (int key = 0; key < keys; key++) {
                Counts counts = new Counts(windows, false);
                for (int part = 0; part <= parts; part++) {
                    double n = poisson(60, random);
                    counts.add(part, n, n);
                }
                double score = counts.change(new long[1]).score();
                once += score > 1 ? 1 : 0;
                thrice += score > 3 ? 1 : 0;
            }
            assertThat(once / (double) keys).isBetween(0.2, 0.34);
            assertThat(thrice / (double) keys).isLessThan(0.004);
        }
    }

    private static double poisson(double mean, Random random) {
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int n = 0;
        while (product > limit) {
            product *= random.nextDouble();
            n++;
        }
        return n;
    }

    @Test
    void windowsAreApartAndNotEmpty() {
        assertThatThrownBy(() -> new Window(5, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Windows(new Window(0, 10), new Window(9, 20)))
                .hasMessageContaining("overlap");
        assertThat(new Windows(new Window(10, 20), new Window(0, 10)).parts()).isEqualTo(1);
        assertThat(windows(5_000, 5).parts()).isEqualTo(1000);
        assertThat(windows(5_005, 5).parts()).isEqualTo(1);
        assertThat(windows(5_005, 5).isWhole()).isFalse();
    }
}
