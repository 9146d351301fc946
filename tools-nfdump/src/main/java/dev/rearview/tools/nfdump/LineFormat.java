package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Lines made of tags and of what stands between them.
///
/// @param fields that its tags need
/// @param missing names of tags that flow records have nothing for
record LineFormat(List<Part> parts, Set<Field> fields, List<String> missing) {
    /// A tag, or text.
    sealed interface Part {}

    record Value(Tag tag) implements Part {}

    record Literal(String text) implements Part {}

    private static final Map<String, String> KNOWN =
            Map.of(
                    "line", "%ts %td %pr %sap -> %dap %pkt %byt %fl",
                    "long", "%ts %td %pr %sap -> %dap %flg %tos %pkt %byt %fl",
                    "extended", "%ts %td %pr %sap -> %dap %flg %tos %pkt %byt %pps %bps %bpp %fl",
                    "biline", "%ts %td %pr %sap <-> %dap %opkt %ipkt %obyt %ibyt %fl",
                    "bilong", "%ts %td %pr %sap <-> %dap %flg %tos %opkt %ipkt %obyt %ibyt %fl");

    /// A format that has a name.
    static Optional<LineFormat> named(String name) {
        String text = KNOWN.get(name);
        return text == null ? Optional.empty() : Optional.of(parse(text, true));
    }

    /// A format that is known to have a name.
    static LineFormat known(String name) {
        return named(name).orElseThrow();
    }

    /// A format that the user has given.
    ///
    /// @throws IllegalArgumentException if a tag is unknown, or has nothing to print
    static LineFormat of(String text) {
        return parse(text, false);
    }

    private static LineFormat parse(String text, boolean isKnown) {
        List<Part> parts = new ArrayList<>();
        parse(text, isKnown, parts);
        Set<Field> fields = EnumSet.noneOf(Field.class);
        List<String> missing = new ArrayList<>();
        for (Part p : parts) {
            if (p instanceof Value v) {
                fields.addAll(v.tag.fields());
                if (v.tag.isMissing()) {
                    missing.add(v.tag.name());
                }
            }
        }
        return new LineFormat(parts, fields, missing);
    }

    private static void parse(String text, boolean isKnown, List<Part> out) {
        StringBuilder literal = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) != '%') {
                literal.append(text.charAt(at));
                continue;
            }
            int end = at + 1;
            while (end < text.length() && isName(text.charAt(end))) {
                end++;
            }
            String name = text.substring(at + 1, end);
            String known = KNOWN.get(name);
            Tag tag = Tag.of(name);
            if (!literal.isEmpty()) {
                out.add(new Literal(literal.toString()));
                literal.setLength(0);
            }
            if (known != null) {
                parse(known, true, out);
            } else if (tag == null) {
                throw new IllegalArgumentException("no tag '%" + name + "'");
            } else if (tag.isMissing() && !isKnown) {
                throw new IllegalArgumentException("flow records have nothing for '%" + name + "'");
            } else {
                out.add(new Value(tag));
            }
            at = end - 1;
        }
        if (!literal.isEmpty()) {
            out.add(new Literal(literal.toString()));
        }
    }

    private static boolean isName(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    void title(Style style, StringBuilder out) {
        for (Part p : parts) {
            out.append(
                    switch (p) {
                        case Literal l -> titleOf(l.text);
                        case Value v -> v.tag.title().of(style);
                    });
        }
    }

    /// What stands in the title in place of text between values.
    private static String titleOf(String literal) {
        return literal.replaceAll("[^ ]", " ");
    }

    void print(Shown line, Style style, StringBuilder out) {
        for (Part p : parts) {
            switch (p) {
                case Literal l -> out.append(l.text);
                case Value v -> v.tag.text().print(line, style, out);
            }
        }
    }
}
