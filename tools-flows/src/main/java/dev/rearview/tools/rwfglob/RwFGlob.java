package dev.rearview.tools.rwfglob;

import dev.rearview.engine.scan.Repository;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Prints the repository files that rwfilter would read.
public final class RwFGlob implements Tool {
    private static final int BLOCK = 512;
    private static final int BATCH = 1000;

    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private final SelectionOptions selection;
    private boolean noBlockCheck;
    private boolean noNames;
    private boolean noSummary;

    public RwFGlob(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
        this.selection = new SelectionOptions(env, site);
    }

    @Override
    public String name() {
        return "rwfglob";
    }

    @Override
    public String summary() {
        return "Print the files that rwfilter's selection switches name";
    }

    @Override
    public String usage() {
        return "[SELECTION_SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "List the files that a query would read",
                        "rwfglob --type=in,inweb --start-date=2026/11/24 --end-date=2026/11/25"));
    }

    @Override
    public void declare(Options options) {
        selection.declare(options);
        options.flag(
                "no-block-check",
                "Do not look for files that are not wholly on disk",
                () -> noBlockCheck = true);
        options.flag("no-file-names", "Do not print the names of files", () -> noNames = true);
        options.flag("no-summary", "Do not print the number of files", () -> noSummary = true);
        table.declareFormat(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        if (!selection.hasFileSwitch() && !selection.hasTypeSwitch() && !selection.hasSensors()) {
            throw new ToolException("no selection switch");
        }
        List<Repository.HourFile> found = new ArrayList<>();
        boolean[] whole = {true};
        selection.forEachFile(
                found::add,
                e -> {
                    whole[0] = false;
                    env.tell(e);
                });
        Set<String> onTape = noBlockCheck ? Set.of() : sparse(found);
        if (table.isStructured()) {
            Table rows = table.structured(env.out(), List.of("file", "on-tape"));
            for (Repository.HourFile file : found) {
                rows.cell(file.name());
                rows.cell(onTape.contains(file.path().toString()) ? "yes" : "no");
                rows.endRow();
            }
            rows.finish();
            return whole[0] ? 0 : 1;
        }
        StringBuilder out = new StringBuilder();
        if (!noNames) {
            for (Repository.HourFile file : found) {
                out.append(onTape.contains(file.path().toString()) ? "  \t*** ON_TAPE ***" : "");
                out.append(file.name()).append('\n');
            }
        }
        if (!noSummary) {
            out.append("globbed ").append(found.size()).append(" files");
            if (!noBlockCheck) {
                out.append("; ").append(onTape.size()).append(" on tape");
            }
            out.append('\n');
        }
        env.print(out.toString());
        return whole[0] ? 0 : 1;
    }

    /// Files with fewer blocks than their size needs, as those have that were moved to tape. Java
    /// does not tell block counts, so stat(1) is asked about files that could be such.
    private static Set<String> sparse(List<Repository.HourFile> files) throws IOException {
        Set<String> out = new HashSet<>();
        for (int from = 0; from < files.size(); from += BATCH) {
            List<String> command = new ArrayList<>(List.of("stat", "-c", "%b %s %n"));
            for (Repository.HourFile f :
                    files.subList(from, Math.min(files.size(), from + BATCH))) {
                command.add(f.path().toString());
            }
            Process process = new ProcessBuilder(command).start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
                String[] parts = line.split(" ", 3);
                if (parts.length == 3
                        && Long.parseLong(parts[0]) * BLOCK < Long.parseLong(parts[1])) {
                    out.add(parts[2]);
                }
            }
        }
        return out;
    }
}
