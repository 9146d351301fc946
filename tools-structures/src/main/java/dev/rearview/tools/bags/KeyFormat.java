package dev.rearview.tools.bags;

import dev.rearview.text.IpFormat;
import dev.rearview.text.Names;
import dev.rearview.text.TimeFormat;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// `--key-format`: how keys look, as addresses, numbers or times.
///
/// @param ip empty where times are asked for
/// @param time empty where addresses or numbers are asked for
/// @param numbersOnly whether `ip` says nothing that is of addresses alone
record KeyFormat(Optional<IpFormat> ip, Optional<TimeFormat> time, boolean numbersOnly) {
    private static final List<String> OF_ADDRESSES =
            List.of("canonical", "no-mixed", "map-v4", "unmap-v6", "force-ipv6");
    private static final List<String> OF_NUMBERS = List.of("decimal", "hexadecimal", "zero-padded");
    private static final List<String> OF_TIMES =
            List.of("timestamp", "iso-time", "m/d/y", "utc", "localtime", "epoch");

    /// Parses a comma list of words, each abbreviated to a unique prefix if wished.
    ///
    /// @param here the zone that `localtime` means
    static KeyFormat parse(String text, Supplier<ZoneRules> here) {
        List<String> all = new ArrayList<>(OF_ADDRESSES);
        all.addAll(OF_NUMBERS);
        all.addAll(OF_TIMES);
        List<String> plain = new ArrayList<>();
        List<String> times = new ArrayList<>();
        boolean numbersOnly = true;
        for (String item : text.split(",", -1)) {
            if (item.isEmpty()) {
                continue;
            }
            String word = Names.unique(item.toLowerCase(Locale.ROOT), all, "key format");
            if (OF_TIMES.contains(word)) {
                times.add(timeWord(word));
            } else {
                plain.add(word);
                numbersOnly &= OF_NUMBERS.contains(word);
            }
        }
        if (plain.isEmpty() == times.isEmpty()) {
            throw new IllegalArgumentException(
                    plain.isEmpty()
                            ? "empty key format"
                            : "'" + text + "' names formats of addresses and of times");
        }
        if (plain.isEmpty()) {
            if (times.contains("epoch") && times.size() > 1) {
                throw new IllegalArgumentException("epoch seconds have no time zone");
            }
            TimeFormat time = TimeFormat.parse(String.join(",", times), here);
            return new KeyFormat(
                    Optional.empty(), Optional.of(time.withMilliseconds(false)), false);
        }
        return new KeyFormat(
                Optional.of(IpFormat.parse(String.join(",", plain))),
                Optional.empty(),
                numbersOnly);
    }

    private static String timeWord(String word) {
        return switch (word) {
            case "timestamp" -> "default";
            case "iso-time" -> "iso";
            case "localtime" -> "local";
            default -> word;
        };
    }
}
