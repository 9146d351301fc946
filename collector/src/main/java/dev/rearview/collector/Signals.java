package dev.rearview.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import sun.misc.Signal;

/// The signals by which an operator talks to a running collector.
public final class Signals {
    /// Number of the signal that asks for another look at the configuration.
    public static final int HUP = 1;

    private Signals() {}

    /// Whether the process was started with a signal ignored, as nohup does: it then cannot be
    /// handled. False where /proc does not tell.
    public static boolean isIgnored(int signal) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("SigIgn:")) {
                    long bits = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                    return (bits >>> signal - 1 & 1) != 0;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return false;
        }
        return false;
    }

    /// @param name without SIG, as "HUP"
    /// @param action gets the name, on a thread of its own
    public static void on(String name, Consumer<String> action) {
        Signal.handle(new Signal(name), signal -> action.accept(signal.getName()));
    }
}
