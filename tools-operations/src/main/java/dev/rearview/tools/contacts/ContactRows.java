package dev.rearview.tools.contacts;

import dev.rearview.engine.contacts.Contact;
import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Ip;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.OutputStream;
import java.util.List;

/// Contacts as rows of a table.
final class ContactRows {
    private final IpFormat ip;
    private final TimeFormat time;
    private final TableOptions options;

    ContactRows(StyleOptions style, TableOptions options) {
        this.ip = style.ip();
        this.time = style.time();
        this.options = options;
    }

    void write(ContactGraph graph, OutputStream out) {
        boolean v6 = graph.contacts().stream().anyMatch(c -> c.to().v6() || c.from().host().v6());
        int width = ip.width(v6);
        Table rows =
                new Table(
                        out,
                        options.layout(),
                        List.of(
                                new Table.Heading("hop", 3, true),
                                new Table.Heading("from", width, false),
                                new Table.Heading("to", width, false),
                                new Table.Heading("first", time.width(), false),
                                new Table.Heading("last", time.width(), false),
                                new Table.Heading("flows", 10, true),
                                new Table.Heading("packets", 10, true),
                                new Table.Heading("bytes", 13, true),
                                new Table.Heading("role", 6, false),
                                new Table.Heading("services", 16, false),
                                new Table.Heading("path", 16, false)));
        rows.titles();
        graph.contacts().forEach(c -> row(c, rows));
        rows.finish();
    }

    private void row(Contact c, Table rows) {
        rows.cell(c.hop());
        rows.cell(address(c.from().host()));
        rows.cell(address(c.to()));
        rows.cell(time.format(Math.floorDiv(c.span().firstUs(), 1000)));
        rows.cell(time.format(Math.floorDiv(c.span().lastUs(), 1000)));
        rows.cell(c.volume().flows());
        rows.cell(c.volume().packets());
        rows.cell(c.volume().bytes());
        rows.cell(role(c));
        rows.cell(Services.text(c, ","));
        rows.cell(String.join(">", c.from().path().stream().map(this::address).toList()));
        rows.endRow();
    }

    private String address(Ip host) {
        return ip.format(host.hi(), host.lo(), host.v6());
    }

    private static String role(Contact c) {
        return c.talk().asClient() && c.talk().asServer()
                ? "both"
                : c.talk().asServer() ? "server" : "client";
    }
}
