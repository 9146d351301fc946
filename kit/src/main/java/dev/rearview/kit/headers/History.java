package dev.rearview.kit.headers;

import dev.rearview.kit.command.Env;
import dev.rearview.silk.SilkHeader;
import java.util.ArrayList;
import java.util.List;

/// What of its inputs' past a tool keeps in the header of its output, and whether it adds its own
/// command line. The notes that its switches give always follow.
public enum History {
    /// Notes and command lines of all inputs, and the own one.
    OF_ALL(From.ALL, From.ALL, true),
    /// Notes and command lines of the first input, and the own one.
    OF_FIRST(From.FIRST, From.FIRST, true),
    /// Notes of all inputs, and the own command line.
    NOTES_OF_ALL(From.ALL, From.NONE, true),
    /// Notes of all inputs, and no command line.
    ONLY_NOTES_OF_ALL(From.ALL, From.NONE, false),
    /// The own command line alone.
    OWN(From.NONE, From.NONE, true),
    /// Nothing of the past.
    NONE(From.NONE, From.NONE, false);

    private enum From {
        ALL,
        FIRST,
        NONE;

        boolean takes(boolean isFirst) {
            return this == ALL || (this == FIRST && isFirst);
        }
    }

    private final From notes;
    private final From commands;
    private final boolean addsOwn;

    History(From notes, From commands, boolean addsOwn) {
        this.notes = notes;
        this.commands = commands;
        this.addsOwn = addsOwn;
    }

    /// What is kept of one input.
    ///
    /// @param header entries of its header
    /// @param isFirst whether it is the first of the inputs
    public List<SilkHeader.Entry> kept(List<SilkHeader.Entry> header, boolean isFirst) {
        List<SilkHeader.Entry> out = new ArrayList<>();
        for (SilkHeader.Entry entry : header) {
            From from =
                    switch (entry.id()) {
                        case SilkHeader.ENTRY_ANNOTATION -> notes;
                        case SilkHeader.ENTRY_INVOCATION -> commands;
                        default -> From.NONE;
                    };
            if (from.takes(isFirst)) {
                out.add(entry);
            }
        }
        return out;
    }

    /// The entries that the tool adds itself.
    ///
    /// @param notes those that the switches give
    public List<SilkHeader.Entry> own(Env env, List<SilkHeader.Entry> notes) {
        List<SilkHeader.Entry> out = new ArrayList<>();
        if (addsOwn) {
            out.add(SilkHeader.invocation(env.command()));
        }
        out.addAll(notes);
        return out;
    }

    /// The entries of an output's header.
    ///
    /// @param kept what was kept of the inputs, in their order
    /// @param notes those that the switches give
    public List<SilkHeader.Entry> entries(
            List<SilkHeader.Entry> kept, Env env, List<SilkHeader.Entry> notes) {
        List<SilkHeader.Entry> out = new ArrayList<>(kept);
        out.addAll(own(env, notes));
        return out;
    }
}
