package dev.rearview.tools.exports;

import dev.rearview.text.Names;
import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What else is written to a log, by the names that sensor.conf has for it.
public enum LogFlag {
    /// Records of NetFlow v5 that make no sense.
    BAD,
    FIREWALL_EVENT,
    /// Gaps in the sequence numbers of NetFlow v5.
    MISSING,
    /// How the times of each record were found.
    RECORD_TIMESTAMPS,
    /// What exporters tell of their sampling.
    SAMPLING,
    SHOW_TEMPLATES;

    private static final String ALL = "all";
    private static final String DEFAULT = "default";
    private static final String NONE = "none";

    /// All words of a list.
    static List<String> words() {
        List<String> out = new ArrayList<>(List.of(ALL, DEFAULT, NONE));
        out.addAll(Names.words(values()));
        return out;
    }

    /// The flags of a list with commas; `none` behind others contradicts them.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    static Set<LogFlag> parse(String list) {
        EnumSet<LogFlag> out = EnumSet.noneOf(LogFlag.class);
        boolean any = false;
        for (String item : list.split(",", -1)) {
            String word = item.strip();
            if (word.isEmpty()) {
                continue;
            }
            any = true;
            switch (word) {
                case ALL -> out.addAll(EnumSet.allOf(LogFlag.class));
                case DEFAULT -> out.addAll(EnumSet.of(BAD, MISSING, SAMPLING));
                case NONE -> {
                    if (!out.isEmpty()) {
                        throw new IllegalArgumentException("'none' does not go with other flags");
                    }
                }
                default -> out.add(named(word));
            }
        }
        if (!any) {
            throw new IllegalArgumentException("no flags");
        }
        return out;
    }

    private static LogFlag named(String word) {
        return Arrays.stream(values())
                .filter(f -> Names.word(f).equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(Nearest.unknown("flag", word, words())));
    }
}
