package dev.rearview.kit.tables;

import dev.rearview.text.Table;
import java.util.List;

/// How a command shows the keys of the groups that it makes, and what it calls their first value.
public interface KeyText {
    List<Table.Heading> headings();

    /// Prints a key as cells.
    ///
    /// @param words of the key
    void print(long[] words, Table table);

    /// Names of the values that were asked for, one at least.
    List<String> valueNames();

    /// Whether the first value is an amount, so that it can be compared.
    boolean isAmount();
}
