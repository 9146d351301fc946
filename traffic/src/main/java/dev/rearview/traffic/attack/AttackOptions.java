package dev.rearview.traffic.attack;

import java.nio.file.Path;
import java.util.List;

/// What an attack aims at and how much of it there is.
///
/// @param port port on 127.0.0.1
/// @param count datagrams, connections or files at most
/// @param perSecond datagrams a second at most; fewer where the receiver takes fewer
/// @param seconds time at most
/// @param seed of what is random
/// @param directory where files are put
public record AttackOptions(
        int port, long count, int perSecond, int seconds, long seed, Path directory) {
    private static final int MAX_PORT = 65_535;

    /// Defaults of the long form, at which a port or a directory has to be added.
    public static AttackOptions defaults() {
        return new AttackOptions(0, 1_000_000, 50_000, 60, 1, Path.of(""));
    }

    public AttackOptions to(int newPort) {
        return new AttackOptions(newPort, count, perSecond, seconds, seed, directory);
    }

    public AttackOptions times(long newCount) {
        return new AttackOptions(port, newCount, perSecond, seconds, seed, directory);
    }

    public AttackOptions atMost(int newPerSecond, int newSeconds) {
        return new AttackOptions(port, count, newPerSecond, newSeconds, seed, directory);
    }

    public AttackOptions seeded(long newSeed) {
        return new AttackOptions(port, count, perSecond, seconds, newSeed, directory);
    }

    public AttackOptions into(Path newDirectory) {
        return new AttackOptions(port, count, perSecond, seconds, seed, newDirectory);
    }

    /// Reads switches such as `--port=2055`.
    ///
    /// @throws IllegalArgumentException if one is unknown or its value is out of range
    public static AttackOptions parse(List<String> switches) {
        AttackOptions out = defaults();
        for (String text : switches) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            String value = text.substring(equals + 1);
            out =
                    switch (name) {
                        case "--port" -> out.to((int) number(value, MAX_PORT));
                        case "--count" -> out.times(number(value, Long.MAX_VALUE));
                        case "--rate" ->
                                out.atMost((int) number(value, Integer.MAX_VALUE), out.seconds);
                        case "--seconds" ->
                                out.atMost(out.perSecond, (int) number(value, Integer.MAX_VALUE));
                        case "--seed" -> out.seeded(Long.parseLong(value));
                        case "--directory" -> out.into(Path.of(value));
                        default -> throw new IllegalArgumentException("unknown switch " + text);
                    };
        }
        return out;
    }

    static long number(String text, long most) {
        long n = Long.parseLong(text);
        if (n < 1 || n > most) {
            throw new IllegalArgumentException(text + " is not between 1 and " + most);
        }
        return n;
    }
}
