package dev.rearview.store.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Failures of some of many things that are done one after the other, to be told together.
public final class Failures {
    /// Failures that are told one by one.
    private static final int TOLD = 10;

    private final List<Exception> all = new ArrayList<>();

    public void add(Exception e) {
        all.add(e);
    }

    /// Throws one exception that tells of all, if there are any.
    public void raise(String what) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder();
        text.append(all.size()).append(' ').append(what);
        for (Exception e : all.subList(0, Math.min(TOLD, all.size()))) {
            text.append(text.indexOf(": ") < 0 ? ": " : "; ").append(describe(e));
        }
        IOException out = new IOException(text.toString(), all.getFirst());
        all.subList(1, Math.min(TOLD, all.size())).forEach(out::addSuppressed);
        throw out;
    }

    /// What each of them says.
    public List<String> messages() {
        return all.stream().map(Failures::describe).toList();
    }

    private static String describe(Exception e) {
        String message = String.valueOf(e.getMessage());
        return e.getClass() == IOException.class || message.contains(": ")
                ? message
                : e.getClass().getSimpleName() + ": " + message;
    }
}
