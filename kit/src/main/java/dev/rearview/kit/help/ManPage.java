package dev.rearview.kit.help;

import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Option;
import dev.rearview.kit.options.Options;
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
        Options options = Help.options(tool);
        String page = tool.page();
        StringBuilder out = new StringBuilder();
        out.append(".TH ").append(page.toUpperCase(Locale.ROOT)).append(" 1 \"\" Rearview\n");
        out.append(".SH NAME\n").append(page).append(" \\- ").append(Roff.text(tool.summary()));
        out.append("\n.SH SYNOPSIS\n.B ").append(tool.call());
        out.append('\n').append(Roff.text(tool.usage()));
        out.append("\n.SH DESCRIPTION\n").append(Roff.text(tool.summary())).append(".\n");
        if (!tool.description().isEmpty()) {
            paragraphs(tool.description(), out);
        }
        out.append(".SH OPTIONS\n");
        out.append("Switches may be abbreviated to a unique prefix and may stand anywhere.\n");
        for (Option option : options.all()) {
            out.append(".TP\n.B ").append(Roff.text(Help.signature(option))).append('\n');
            out.append(Roff.text(option.help())).append(".\n");
        }
        List<Tool.Example> examples = tool.examples();
        if (!examples.isEmpty()) {
            out.append(".SH EXAMPLES\n");
            for (Tool.Example e : examples) {
                out.append(".PP\n").append(Roff.text(e.purpose())).append(":\n.PP\n.RS 4\n.nf\n");
                out.append(Roff.text(e.command())).append("\n.fi\n.RE\n");
            }
        }
        out.append(
                ".SH EXIT STATUS\n0 when done, 1 when an input, an output or a switch failed.\n");
        environment(out);
        out.append(".SH SEE ALSO\n.BR rearview (1)\n");
        return out.toString();
    }

    private static void environment(StringBuilder out) {
        out.append(".SH ENVIRONMENT\n");
        ENVIRONMENT.forEach((variable, meaning) -> {
            out.append(".TP\n.B ").append(variable).append('\n');
            out.append(Roff.text(meaning)).append('\n');
        });
    }

    /// The page that names all commands, with how each verb is called.
    public static String overview(List<Tool> tools) {
        StringBuilder out = new StringBuilder(".TH REARVIEW 1 \"\" Rearview\n.SH NAME\n");
        out.append("rearview \\- collect network flows and ask questions about them\n");
        out.append(".SH SYNOPSIS\n.B rearview\nCOMMAND [SWITCHES]\n.PP\n");
        out.append(".B rearview\n\\-\\-help | \\-\\-version\n");
        out.append(
                ".SH DESCRIPTION\nCommands with names of SiLK are called by themselves, as in\n");
        out.append(".BR rwfilter ,\nor as\n.BR \"rearview rwfilter\" .\n");
        out.append("The others are verbs of rearview.\n.SH VERBS\n");
        for (Tool t : tools) {
            if (t.isVerb()) {
                out.append(".TP\n.B ").append(t.call()).append(' ').append(Roff.text(t.usage()));
                out.append('\n').append(Roff.text(t.summary())).append(".\nSee\n.BR ");
                out.append(Roff.text(t.page())).append(" (1).\n");
            }
        }
        out.append(".SH COMMANDS\n");
        for (Tool t : tools) {
            if (!t.isVerb()) {
                out.append(".TP\n.BR ").append(t.name()).append(" (1)\n");
                out.append(Roff.text(t.summary())).append(".\n");
            }
        }
        out.append(".SH EXIT STATUS\n0 when done, 1 when an input, an output or a switch failed,");
        out.append(" or the command is unknown.\n");
        environment(out);
        out.append(".SH SEE ALSO\n.BR silk.conf (5),\n.BR sensor.conf (5)\n");
        return out.toString();
    }

    private static void paragraphs(String text, StringBuilder out) {
        for (String paragraph : text.split("\n\n", -1)) {
            out.append(".PP\n").append(Roff.text(paragraph.strip())).append('\n');
        }
    }
}
