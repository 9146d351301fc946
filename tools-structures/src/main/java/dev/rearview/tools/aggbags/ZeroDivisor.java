package dev.rearview.tools.aggbags;

import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import java.util.List;

/// `--zero-divisor-result`: what becomes of a counter that is to be divided by 0.
///
/// @param value what it becomes with [Action#VALUE]
record ZeroDivisor(Action action, long value) {
    static final ZeroDivisor DEFAULT = new ZeroDivisor(Action.ERROR, 0);

    enum Action {
        ERROR,
        REMOVE,
        NOCHANGE,
        VALUE
    }

    static ZeroDivisor parse(String v) {
        if (!v.isEmpty() && Character.isDigit(v.charAt(0))) {
            return new ZeroDivisor(Action.VALUE, IpText.parseUnsigned(v, -1L, "number"));
        }
        return switch (Names.unique(
                v, List.of("error", "remove", "nochange", "maximum"), "result")) {
            case "remove" -> new ZeroDivisor(Action.REMOVE, 0);
            case "nochange" -> new ZeroDivisor(Action.NOCHANGE, 0);
            case "maximum" -> new ZeroDivisor(Action.VALUE, -1L);
            default -> DEFAULT;
        };
    }
}
