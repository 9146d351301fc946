package dev.rearview.tools.rwsetcat;

import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import java.util.List;
import java.util.stream.IntStream;

/// The addresses and blocks of a set as text, one by one.
final class SetLines {
    private static final int STEP_V6 = 8;
    private static final int BITS_V6 = 128;

    private SetLines() {}

    /// Takes a text, which is used again after it.
    @FunctionalInterface
    interface Row {
        void accept(CharSequence text);
    }

    /// The sizes of the netblocks that statistics count.
    static List<Integer> statisticSizes(boolean v6) {
        return v6
                ? IntStream.range(1, BITS_V6 / STEP_V6).map(i -> i * STEP_V6).boxed().toList()
                : NetworkStructure.USUAL_V4;
    }

    static void blocks(IpSet set, IpFormat ip, Row out) {
        StringBuilder text = new StringBuilder();
        boolean v6 = set.isV6();
        set.forEachBlock((hi, lo, length) -> {
            text.setLength(0);
            if (length == BITS_V6) {
                ip.format(hi, lo, v6, text);
            } else {
                ip.formatPrefix(hi, lo, v6, v6 ? length : length - 96, text);
            }
            out.accept(text);
        });
    }

    static void addresses(IpSet set, IpFormat ip, Row out) {
        StringBuilder text = new StringBuilder();
        boolean v6 = set.isV6();
        set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                Ip.forEach(
                        loHi,
                        loLo,
                        hiHi,
                        hiLo,
                        (hi, lo) -> {
                            text.setLength(0);
                            ip.format(hi, lo, v6, text);
                            out.accept(text);
                        }));
    }
}
