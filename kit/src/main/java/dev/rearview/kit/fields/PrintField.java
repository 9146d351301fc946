package dev.rearview.kit.fields;

import dev.rearview.engine.KeyField;
import java.util.List;

/// A field with a name and a way to print it.
public abstract class PrintField implements KeyField {
    private final int id;
    private final String name;
    private final List<String> aliases;

    /// @param id SiLK's field number, 0 if it has none
    protected PrintField(int id, String name, String... aliases) {
        this.id = id;
        this.name = name;
        this.aliases = List.of(aliases);
    }

    public final int id() {
        return id;
    }

    /// The name, which is also the column's title.
    public final String name() {
        return name;
    }

    public final List<String> aliases() {
        return aliases;
    }

    @Override
    public int words() {
        return 1;
    }

    /// Column width.
    public abstract int width(FieldStyle style);

    /// Appends a value.
    ///
    /// @param hi the first word
    /// @param lo the second word of an address, otherwise 0
    /// @param v6 whether an address is IPv6
    public abstract void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out);

    /// Whether values print as numbers.
    public boolean isNumeric(FieldStyle style) {
        return false;
    }

    /// The form that rwsort compares.
    public PrintField sortKey() {
        return this;
    }

    /// Octets of the underlying value, which give the width of a count of distinct values.
    public int octets() {
        return 4;
    }

    /// Width of a column that counts distinct values of this field.
    public int countWidth(FieldStyle style) {
        int octets = octets();
        return octets == 1 ? 3 : octets == 2 ? 5 : octets <= 4 ? 10 : 20;
    }
}
