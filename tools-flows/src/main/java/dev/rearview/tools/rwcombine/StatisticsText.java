package dev.rearview.tools.rwcombine;

import dev.rearview.engine.match.CombineCounts;
import dev.rearview.text.Numbers;
import dev.rearview.text.TimeText;

/// What `--print-statistics` says.
final class StatisticsText {
    private static final int NAME = 30;
    private static final int COUNT = 12;
    private static final int IDLE_NAME = 14;

    private StatisticsText() {}

    static String of(CombineCounts c) {
        StringBuilder out = new StringBuilder("FLOW RECORD COUNTS:\n");
        line(out, "Read:", ' ', c.read(), "");
        line(out, "Initially Complete:", '-', c.complete(), " *");
        line(out, "Sorted & Examined:", '=', c.parts(), "");
        line(out, "Missing end:", '-', c.missing().end(), " *");
        line(out, "Missing start & end:", '-', c.missing().both(), " *");
        line(out, "Missing start:", '-', c.missing().start(), " *");
        line(out, "Prior to combining:", '=', c.combined(), "");
        line(out, "Eliminated:", '-', c.eliminated(), "");
        line(out, "Made complete:", '=', c.madeComplete(), " *");
        line(out, "Written:", ' ', c.written(), " (sum of *)");
        out.append("\nIDLE TIMES:\n");
        idle(out, "Minimum:", c.idle().least());
        idle(out, "Penultimate:", c.idle().former());
        idle(out, "Maximum:", c.idle().most());
        return out.toString();
    }

    private static void line(StringBuilder out, String name, char sign, long count, String behind) {
        left(out, name, NAME);
        out.append(sign).append(Numbers.right(count, COUNT)).append(behind).append('\n');
    }

    private static void left(StringBuilder out, String text, int width) {
        out.append(text).repeat(' ', width - text.length());
    }

    /// Days, hours, minutes and seconds of a time without a sign.
    private static void idle(StringBuilder out, String name, long ms) {
        left(out, name, IDLE_NAME);
        long days = Long.divideUnsigned(ms, TimeText.DAY_MS);
        int rest = (int) Long.remainderUnsigned(ms, TimeText.DAY_MS);
        out.append(Numbers.right(days, 3)).append(':');
        Numbers.digits(rest / 3_600_000, 2, out);
        Numbers.digits(rest / 60_000 % 60, 2, out.append(':'));
        Numbers.digits(rest / 1000 % 60, 2, out.append(':'));
        Numbers.digits(rest % 1000, 3, out.append('.'));
        out.append('\n');
    }
}
