package dev.rearview.silk;

import java.util.ArrayList;
import java.util.List;

/// What a new file has beside its records.
///
/// @param silkVersion for the header, 0 where the environment asks for none
/// @param entries of the header, in order
public record FileSettings(
        Compression compression, int silkVersion, List<SilkHeader.Entry> entries) {
    public FileSettings {
        entries = List.copyOf(entries);
    }

    /// As this, with an entry more at the end.
    public FileSettings with(SilkHeader.Entry entry) {
        return with(List.of(entry));
    }

    /// As this, with more entries at the end.
    public FileSettings with(List<SilkHeader.Entry> more) {
        List<SilkHeader.Entry> all = new ArrayList<>(entries);
        all.addAll(more);
        return new FileSettings(compression, silkVersion, all);
    }
}
