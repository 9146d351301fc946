package dev.rearview.tools.contacts;

import dev.rearview.engine.contacts.Contact;
import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.tables.TextLines;
import dev.rearview.model.Ip;
import dev.rearview.text.IpFormat;
import dev.rearview.text.TimeFormat;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Set;

/// A graph of contacts in the language of Graphviz.
final class GraphText {
    private final IpFormat ip;
    private final TimeFormat time;

    GraphText(StyleOptions style) {
        this.ip = style.ip();
        this.time = style.time().withMilliseconds(false);
    }

    void write(ContactGraph graph, OutputStream out) {
        TextLines lines = new TextLines(out);
        line(lines, "digraph contacts {");
        line(lines, "    rankdir=LR;");
        line(lines, "    node [shape=box];");
        Set<Ip> first = new LinkedHashSet<>();
        for (Contact c : graph.contacts()) {
            if (c.from().via() == null) {
                first.add(c.from().host());
            }
        }
        for (Ip host : first) {
            line(lines, "    " + name(host) + " [style=filled];");
        }
        for (Contact c : graph.contacts()) {
            line(
                    lines,
                    "    "
                            + name(c.from().host())
                            + " -> "
                            + name(c.to())
                            + " [label=\""
                            + time.format(Math.floorDiv(c.span().firstUs(), 1000))
                            + "\\n"
                            + Services.text(c, " ")
                            + "\"];");
        }
        line(lines, "}");
        lines.flush();
    }

    /// Addresses need no escapes.
    private String name(Ip host) {
        return '"' + ip.format(host.hi(), host.lo(), host.v6()) + '"';
    }

    private static void line(TextLines lines, String text) {
        lines.buffer().append(text);
        lines.endLine();
    }
}
