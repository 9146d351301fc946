package dev.rearview.tools.rwip2cc;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpText;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Maps addresses to country codes.
public final class RwIp2Cc implements Tool {
    private final Env env;
    private final StyleOptions style;
    private final TableOptions table;
    private Optional<String> address = Optional.empty();
    private Optional<String> file = Optional.empty();
    private Optional<String> mapFile = Optional.empty();
    private Optional<Boolean> printIps = Optional.empty();

    public RwIp2Cc(Env env) {
        this.env = env;
        this.style = new StyleOptions(env);
        this.table = TableOptions.plain(env);
    }

    @Override
    public String name() {
        return "rwip2cc";
    }

    @Override
    public String summary() {
        return "Map IP addresses to country codes";
    }

    @Override
    public String usage() {
        return "{--address=ADDRESS | --input-file=PATH} [SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Where is an address", "rwip2cc --address=203.0.113.9"),
                new Example(
                        "Countries of a list of addresses", "rwip2cc --input-file=addresses.txt"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "address",
                "ADDRESS",
                "Print the country code of ADDRESS",
                v -> address = Optional.of(v));
        options.value(
                "input-file",
                "PATH",
                "Print the country code of each address in PATH, one a line",
                v -> file = Optional.of(v));
        options.value(
                "map-file",
                "PATH",
                "Country map to use; default $SILK_COUNTRY_CODES or the one built in",
                v -> mapFile = Optional.of(v));
        options.value(
                "print-ips",
                "0|1",
                "Print the addresses too (1) or not (0)",
                v -> printIps = Optional.of(SwitchValues.zeroOrOne(v)));
        style.declareOldIp(options);
        table.declareUntitled(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        if (address.isPresent() == file.isPresent()) {
            throw new ToolException("one of --address and --input-file is required");
        }
        PrefixMap map =
                mapFile.isPresent() ? Maps.countries(env, mapFile.get()) : Maps.countries(env);
        boolean withIps = printIps.orElse(file.isPresent() || style.hasIpFormat());
        try (OutputStream out = table.open()) {
            IpFormat f = style.ip();
            Table.Layout layout = table.layout();
            Table text =
                    new Table(
                            out,
                            new Table.Layout(
                                    layout.format(),
                                    layout.format() == Table.Format.CSV && layout.titles(),
                                    layout.padded() && withIps,
                                    layout.separator(),
                                    layout.finalDelimiter() && withIps),
                            withIps
                                    ? List.of(
                                            new Table.Heading("ip", 15, false),
                                            new Table.Heading("cc", 2, false))
                                    : List.of(new Table.Heading("cc", 2, false)));
            text.titles();
            Rows rows = new Rows(map, withIps ? Optional.of(f) : Optional.empty(), text);
            address.ifPresent(rows::one);
            boolean good = file.isEmpty() || rows.all(file.get());
            text.finish();
            return good ? 0 : 1;
        }
    }

    /// Prints the countries of addresses.
    private final class Rows {
        private final PrefixMap map;
        private final Optional<IpFormat> ip;
        private final Table text;

        /// @param ip how addresses look, empty where they are not printed
        Rows(PrefixMap map, Optional<IpFormat> ip, Table text) {
            this.map = map;
            this.ip = ip;
            this.text = text;
        }

        void one(String a) {
            try {
                Ip key = IpText.parse(a);
                row(key.hi(), key.lo(), key.v6());
            } catch (IllegalArgumentException e) {
                throw new ToolException("invalid --address: " + e.getMessage());
            }
        }

        private void row(long hi, long lo, boolean v6) {
            ip.ifPresent(f -> text.cell(f.format(hi, lo, v6)));
            text.cell(map.label(map.find(hi, lo)));
            text.endRow();
        }

        /// The addresses of a text, one or a wildcard a line.
        ///
        /// @return whether all could be read; if not, a message has been printed
        boolean all(String name) throws IOException {
            try (BufferedReader reader = InputFiles.lines(env, name, StandardCharsets.ISO_8859_1)) {
                int number = 0;
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    number++;
                    String s = InputFiles.withoutComment(line).strip();
                    if (s.isEmpty()) {
                        continue;
                    }
                    try {
                        IpWildcard.parse(s)
                                .forEachRange(r -> r.forEach((hi, lo) -> row(hi, lo, r.v6())));
                    } catch (IllegalArgumentException e) {
                        env.tell(name + ":" + number + ": " + e.getMessage());
                        return false;
                    }
                }
            }
            return true;
        }
    }
}
