package dev.rearview.collector;

import java.util.function.Consumer;
import sun.misc.Signal;

/// The signals by which an operator talks to a running collector.
public final class Signals {
    private Signals() {}

    /// @param name without SIG, as "HUP"
    /// @param action gets the name, on a thread of its own
    public static void on(String name, Consumer<String> action) {
        Signal.handle(new Signal(name), signal -> action.accept(signal.getName()));
    }
}
