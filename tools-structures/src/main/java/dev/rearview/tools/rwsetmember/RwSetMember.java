package dev.rearview.tools.rwsetmember;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.Table;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// Tells which IP sets hold an address.
public final class RwSetMember implements Tool {
    private final Env env;
    private final TableOptions table;
    private boolean count;
    private boolean quiet;

    public RwSetMember(Env env) {
        this.env = env;
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwsetmember";
    }

    @Override
    public String summary() {
        return "Tell which IPsets hold an address, a CIDR block or a wildcard";
    }

    @Override
    public String usage() {
        return "[--count] [--quiet] PATTERN [SETS]";
    }

    @Override
    public String description() {
        return "Exits with 0 if a set holds an address of PATTERN, else with 1. A set that cannot be"
                + " read is reported and the next ones are looked at.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Which lists name an address", "rwsetmember 192.0.2.7 lists/*.set"),
                new Example(
                        "How many addresses of a network each set holds",
                        "rwsetmember --count 192.0.2.0/24 a.set b.set"));
    }

    @Override
    public void declare(Options options) {
        options.flag("count", "Print how many addresses match in each set", () -> count = true);
        options.flag("quiet", "Print nothing, only exit with 0 or 1", () -> quiet = true);
        table.declareFormat(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.isEmpty()) {
            throw new ToolException("an address or pattern is required");
        }
        IpSet pattern = pattern(operands.getFirst());
        List<String> names = operands.subList(1, operands.size());
        if (names.isEmpty()) {
            if (env.inIsTerminal()) {
                throw new ToolException("no input files, and standard input is a terminal");
            }
            names = List.of("stdin");
        }
        boolean found = false;
        Optional<Table> rows =
                table.isStructured() && !quiet
                        ? Optional.of(table.structured(env.out(), List.of("set", "matches#")))
                        : Optional.empty();
        for (String name : names) {
            BigInteger matches;
            try (SilkFile file = InputFiles.silk(env, name)) {
                matches = IpSetFile.read(file).intersect(pattern).size();
            } catch (IOException e) {
                env.tell(e);
                continue;
            }
            boolean any = matches.signum() > 0;
            found |= any;
            if (quiet || !(any || count)) {
                continue;
            }
            if (rows.isPresent()) {
                rows.get().cell(name);
                rows.get().cell(matches.toString());
                rows.get().endRow();
            } else {
                String line = name + (count ? ":" + matches : "") + "\n";
                env.print(line);
            }
        }
        rows.ifPresent(Table::finish);
        return found ? 0 : 1;
    }

    private static IpSet pattern(String text) {
        IpSet.Builder out = new IpSet.Builder();
        try {
            IpWildcard.parse(text.strip()).forEachRange(out::add);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid pattern: " + e.getMessage());
        }
        return out.build();
    }
}
