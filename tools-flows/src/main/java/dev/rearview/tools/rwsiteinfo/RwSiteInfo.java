package dev.rearview.tools.rwsiteinfo;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.Site;
import dev.rearview.text.Names;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prints what the site configuration and the repository hold.
public final class RwSiteInfo implements Tool {
    private static final List<String> NAMES =
            List.of(
                    "class",
                    "type",
                    "flowtype",
                    "id-flowtype",
                    "sensor",
                    "id-sensor",
                    "describe-sensor",
                    "group",
                    "default-class",
                    "default-type",
                    "mark-defaults",
                    "repo-start-date",
                    "repo-end-date",
                    "repo-file-count",
                    "class:list",
                    "type:list",
                    "flowtype:list",
                    "id-flowtype:list",
                    "sensor:list",
                    "id-sensor:list",
                    "group:list",
                    "default-class:list",
                    "default-type:list");

    private static final List<String> TITLES =
            List.of(
                    "Class",
                    "Type",
                    "Flowtype",
                    "Flowtype-ID",
                    "Sensor",
                    "Sensor-ID",
                    "Sensor-Description",
                    "Group",
                    "Default-Class",
                    "Default-Type",
                    "Defaults",
                    "Start-Date",
                    "End-Date",
                    "File-Count");

    private final Env env;
    private final SiteOption siteOption;
    private final StyleOptions style;
    private final TableOptions table;
    private final Restrictions restrictions;
    private Optional<String> fieldList = Optional.empty();
    private String listDelimiter = ",";
    private boolean helpFields;

    public RwSiteInfo(Env env) {
        this.env = env;
        this.siteOption = new SiteOption(env);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
        this.restrictions = new Restrictions(env);
    }

    @Override
    public String name() {
        return "rwsiteinfo";
    }

    @Override
    public String summary() {
        return "Print information from the site configuration and about the repository";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What the repository holds, and since when",
                        "rwsiteinfo --fields=sensor,type,repo-start-date,repo-end-date,repo-file-count"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                        "fields",
                        "LIST",
                        "Print these fields: " + String.join(", ", NAMES),
                        v -> fieldList = Optional.of(v))
                .once()
                .words(() -> NAMES);
        o.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        restrictions.declare(o);
        o.value(
                "list-delimiter",
                "CHAR",
                "Character between the items of a list; default ','",
                v -> {
                    listDelimiter = v.isEmpty() ? "" : v.substring(0, 1);
                });
        style.declareTimeFormat(o);
        table.declareAll(o);
        siteOption.declareRoot(o);
        siteOption.declare(o);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.print(String.join("\n", NAMES) + "\n");
            return 0;
        }
        ToolException.refuse(operands);
        List<String> fields = fields();
        Site site = siteOption.requireSite();
        if (siteOption.hasRootSwitch()) {
            siteOption.requireRoot();
        }
        restrictions.resolve(site);
        RepositoryFiles files = files(fields, site);
        print(fields, new SiteRows(site, restrictions, files, fields, listDelimiter).all());
        return 0;
    }

    private List<String> fields() {
        String list = fieldList.orElseThrow(() -> new ToolException("--fields is required"));
        try {
            return Names.list(list.stripLeading(), NAMES, "field");
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
    }

    private RepositoryFiles files(List<String> fields, Site site) throws IOException {
        TimeFormat format = style.time().withMilliseconds(false);
        if (fields.stream().noneMatch(f -> f.startsWith("repo-"))) {
            return RepositoryFiles.none(format);
        }
        return RepositoryFiles.of(siteOption.requireRoot(), site, format);
    }

    private void print(List<String> fields, List<List<String>> rows) throws IOException {
        List<Table.Heading> headings = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            int column = i;
            String f = fields.get(i);
            boolean list = f.endsWith(":list");
            String base = list ? f.substring(0, f.length() - 5) : f;
            String title = TITLES.get(NAMES.indexOf(base)) + (list ? ":list" : "");
            int widest = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
            headings.add(
                    new Table.Heading(
                            title,
                            Math.max(table.titles() ? title.length() : 0, widest),
                            f.startsWith("id-") && !list || f.equals("repo-file-count")));
        }
        try (OutputStream out = table.open()) {
            boolean padded = table.layout().padded();
            Table text = new Table(out, table.layout(), headings);
            text.titles();
            for (List<String> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    boolean mark =
                            !padded
                                    && fields.get(i).equals("mark-defaults")
                                    && SiteRows.areMarked(fields);
                    text.cell(mark ? row.get(i).strip() : row.get(i));
                }
                text.endRow();
            }
            text.finish();
        }
    }
}
