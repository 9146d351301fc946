package dev.rearview.tools.kit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A command's man page in man(7) markup, made from its option table.
public final class ManPage {
    /// The environment that more than one command heeds.
    private static final Map<String, String> ENVIRONMENT =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("SILK_CONFIG_FILE", "Site configuration, silk.conf."),
                            Map.entry(
                                    "SILK_DATA_ROOTDIR",
                                    "Root of the repository; also looked through for silk.conf."),
                            Map.entry(
                                    "SILK_PATH",
                                    "Directory whose share/silk and share are looked through for"
                                            + " silk.conf and maps."),
                            Map.entry(
                                    "SILK_COUNTRY_CODES",
                                    "Country map to use instead of the one built in."),
                            Map.entry("SILK_ADDRESS_TYPES", "Map of address types."),
                            Map.entry("SILK_CLOBBER", "If set, existing outputs are replaced."),
                            Map.entry(
                                    "SILK_IPV6_POLICY",
                                    "Default of --ipv6-policy: ignore, asv4, mix, force or only."),
                            Map.entry("SILK_IP_FORMAT", "Default of --ip-format."),
                            Map.entry("SILK_TIMESTAMP_FORMAT", "Default of --timestamp-format."),
                            Map.entry(
                                    "SILK_PAGER",
                                    "Program that shows text on a terminal; empty for none. PAGER"
                                            + " is asked next."),
                            Map.entry(
                                    "SILK_COMPRESSION_METHOD", "Default of --compression-method."),
                            Map.entry(
                                    "SILK_TMPDIR",
                                    "Directory for temporary files; TMPDIR is asked next."),
                            Map.entry("TZ", "Zone of times that are printed as local.")));

    private ManPage() {}

    public static String of(Tool tool) {
        Options options = new Options();
        tool.declare(options);
        Help.declare(tool, options, text -> {});
        String name = tool.name();
        StringBuilder out = new StringBuilder();
        out.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 1 \"\" Rearview\n");
        out.append(".SH NAME\n").append(name).append(" \\- ").append(roff(tool.summary()));
        out.append("\n.SH SYNOPSIS\n.B ").append(name).append('\n').append(roff(tool.usage()));
        out.append("\n.SH DESCRIPTION\n").append(roff(tool.summary())).append(".\n");
        if (!tool.description().isEmpty()) {
            paragraphs(tool.description(), out);
        }
        out.append(".SH OPTIONS\n");
        out.append("Switches may be abbreviated to a unique prefix and may stand anywhere.\n");
        for (Option option : options.all()) {
            out.append(".TP\n.B ").append(roff(Help.signature(option))).append('\n');
            out.append(roff(option.help())).append(".\n");
        }
        List<Tool.Example> examples = tool.examples();
        if (!examples.isEmpty()) {
            out.append(".SH EXAMPLES\n");
            for (Tool.Example e : examples) {
                out.append(".PP\n").append(roff(e.purpose())).append(":\n.PP\n.RS 4\n.nf\n");
                out.append(roff(e.command())).append("\n.fi\n.RE\n");
            }
        }
        out.append(
                ".SH EXIT STATUS\n0 when done, 1 when an input, an output or a switch failed.\n");
        out.append(".SH ENVIRONMENT\n");
        ENVIRONMENT.forEach((variable, meaning) ->
                out.append(".TP\n.B ")
                        .append(variable)
                        .append('\n')
                        .append(roff(meaning))
                        .append('\n'));
        out.append(".SH SEE ALSO\n.BR rearview (1)\n");
        return out.toString();
    }

    /// The page that names all commands.
    public static String overview(List<Tool> tools) {
        StringBuilder out = new StringBuilder(".TH REARVIEW 1 \"\" Rearview\n.SH NAME\n");
        out.append("rearview \\- collect network flows and ask questions about them\n");
        out.append(".SH SYNOPSIS\n.B rearview\nCOMMAND [SWITCHES]\n.SH COMMANDS\n");
        for (Tool t : tools) {
            out.append(".TP\n.BR ").append(t.name()).append(" (1)\n");
            out.append(roff(t.summary())).append(".\n");
        }
        return out.toString();
    }

    private static void paragraphs(String text, StringBuilder out) {
        for (String paragraph : text.split("\n\n", -1)) {
            out.append(".PP\n").append(roff(paragraph.strip())).append('\n');
        }
    }

    /// Escapes what man(7) would take for markup, at the start of any line too.
    private static String roff(String text) {
        StringBuilder out = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            String s = line.replace("\\", "\\e").replace("-", "\\-");
            boolean markup = s.startsWith(".") || s.startsWith("'");
            out.append(out.isEmpty() ? "" : "\n").append(markup ? "\\&" : "").append(s);
        }
        return out.toString();
    }
}
