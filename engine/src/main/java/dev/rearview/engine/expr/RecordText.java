package dev.rearview.engine.expr;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Records as text and back: what travels to other processes.
///
/// A record is its name and its components in parentheses, a list stands in brackets, a text in
/// quotes with `\"`, `\\` and four hexadecimal digits behind `\` and `u`; numbers and constants of
/// enums stand as they are, and what is optional is a list of at most one. Only records, lists and
/// values that the type asked for can hold are made, and each record checks its components, so that
/// text from elsewhere makes nothing but what a program could have made.
public final class RecordText {
    /// The deepest nesting that is read, so that hostile text does not exhaust the stack.
    public static final int MAX_DEPTH = 200;

    private final String text;
    private int at;
    private int depth;

    private RecordText(String text) {
        this.text = text;
    }

    /// The text of a record.
    public static String write(Record value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Record r -> writeRecord(r, out);
            case List<?> list -> writeList(list, out);
            case Optional<?> o -> writeList(o.map(List::<Object>of).orElse(List.of()), out);
            case String s -> writeText(s, out);
            case Enum<?> e -> out.append(e.name());
            case Number n -> out.append(n);
            case Boolean b -> out.append(b);
            default -> throw new IllegalArgumentException(value.getClass() + " has no text");
        }
    }

    private static void writeRecord(Record r, StringBuilder out) {
        out.append(r.getClass().getSimpleName()).append('(');
        RecordComponent[] components = r.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            out.append(i == 0 ? "" : ",");
            write(component(r, components[i]), out);
        }
        out.append(')');
    }

    private static Object component(Record r, RecordComponent c) {
        try {
            c.getAccessor().setAccessible(true);
            return c.getAccessor().invoke(r);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeList(List<?> list, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i == 0 ? "" : ",");
            write(list.get(i), out);
        }
        out.append(']');
    }

    private static void writeText(String s, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /// Reads what [#write] wrote.
    ///
    /// @param type a record, or a sealed family of records
    /// @throws IllegalArgumentException that names the place and what was expected there
    public static <T> T read(String text, Class<T> type) {
        RecordText reader = new RecordText(text);
        Object value = reader.value(type);
        if (reader.at < text.length()) {
            throw reader.error("the end");
        }
        return type.cast(value);
    }

    private IllegalArgumentException error(String expected) {
        return new IllegalArgumentException("offset " + at + ": expected " + expected);
    }

    private Object value(Type type) {
        if (++depth > MAX_DEPTH) {
            throw new IllegalArgumentException("offset " + at + ": nested too deeply");
        }
        Object value = type instanceof ParameterizedType p ? generic(p) : plain((Class<?>) type);
        depth--;
        return value;
    }

    private Object generic(ParameterizedType type) {
        List<Object> items = items(type.getActualTypeArguments()[0]);
        if (type.getRawType() == List.class) {
            return items;
        }
        if (items.size() > 1) {
            throw error("at most one item");
        }
        return items.stream().findFirst();
    }

    private List<Object> items(Type of) {
        expect('[');
        List<Object> out = new ArrayList<>();
        while (!take(']')) {
            if (!out.isEmpty()) {
                expect(',');
            }
            out.add(value(of));
        }
        return out;
    }

    private Object plain(Class<?> type) {
        if (type == String.class) {
            return string();
        }
        if (type.isRecord() || type.isSealed()) {
            return record(type);
        }
        String word = word();
        try {
            if (type == long.class || type == Long.class) {
                return Long.parseLong(word);
            }
            if (type == int.class || type == Integer.class) {
                return Integer.parseInt(word);
            }
            if (type == double.class) {
                return Double.parseDouble(word);
            }
        } catch (NumberFormatException e) {
            throw error("a number before");
        }
        if (type == boolean.class && (word.equals("true") || word.equals("false"))) {
            return word.equals("true");
        }
        for (Object constant : constants(type)) {
            if (((Enum<?>) constant).name().equals(word)) {
                return constant;
            }
        }
        throw error("a " + type.getSimpleName() + " before");
    }

    private static Object[] constants(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        return constants == null ? new Object[0] : constants;
    }

    private Object record(Class<?> type) {
        int start = at;
        String name = word();
        Class<?> found = find(type, name);
        if (found == null) {
            at = start;
            throw error("a " + type.getSimpleName());
        }
        expect('(');
        RecordComponent[] components = found.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            if (i > 0) {
                expect(',');
            }
            types[i] = components[i].getType();
            values[i] = value(components[i].getGenericType());
        }
        expect(')');
        return make(found, types, values, start);
    }

    private static Object make(Class<?> type, Class<?>[] types, Object[] values, int start) {
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "offset " + start + ": " + e.getTargetException().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The record of a name in a family.
    private static @Nullable Class<?> find(Class<?> type, String name) {
        if (type.isRecord()) {
            return type.getSimpleName().equals(name) ? type : null;
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        for (Class<?> c : permitted == null ? new Class<?>[0] : permitted) {
            Class<?> found = find(c, name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private boolean take(char c) {
        boolean is = at < text.length() && text.charAt(at) == c;
        at += is ? 1 : 0;
        return is;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw error("'" + c + "'");
        }
    }

    /// Letters, digits and signs up to the next mark.
    private String word() {
        int from = at;
        while (at < text.length() && "(),[]\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (!take('"')) {
            if (at == text.length()) {
                throw error("'\"'");
            }
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() {
        if (take('"')) {
            return '"';
        }
        if (take('\\')) {
            return '\\';
        }
        expect('u');
        try {
            if (at + 4 > text.length()) {
                throw error("four hexadecimal digits");
            }
            char c = (char) Integer.parseInt(text, at, at + 4, 16);
            at += 4;
            return c;
        } catch (NumberFormatException e) {
            throw error("four hexadecimal digits");
        }
    }
}
