package dev.rearview.tools.ipa;

import dev.rearview.catalogue.Database;
import dev.rearview.catalogue.IpaStore;
import dev.rearview.catalogue.Period;
import dev.rearview.kit.catalogue.IpaDatabase;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.silk.SilkFile;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Puts a set, a bag or a prefix map into a catalog of the database.
public final class RwIpaImport implements Tool {
    private static final String UNBOUNDED = "...";

    private final Env env;
    private Optional<String> catalog = Optional.empty();
    private String description = "";
    private long startMs = Period.ALWAYS.startMs();
    private long endMs = Period.ALWAYS.endMs();

    public RwIpaImport(Env env) {
        this.env = env;
    }

    @Override
    public String name() {
        return "rwipaimport";
    }

    @Override
    public String summary() {
        return "Put an IPset, a bag or a prefix map into a catalog of a database";
    }

    @Override
    public String usage() {
        return "--catalog=CATALOG [SWITCHES] FILE";
    }

    @Override
    public String description() {
        return "A catalog holds datasets of one kind, each for a time of its own that no other"
                + " shares; without --start-time and --end-time a dataset holds for all times.\n\n"
                + "share/silk/silk-ipa.conf below SILK_PATH names the database:"
                + " postgresql://USER:PASSWORD@HOST/DATABASE, or sqlite:PATH for a file, which is"
                + " made where it is not there. A path is relative to the configuration's"
                + " directory.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A set for a month",
                        "rwipaimport --catalog=watch --desc='Hosts to watch'"
                                + " --start=2026/11/01 --end=2026/12/01 november.set"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "catalog",
                "CATALOG",
                "Catalog that takes the dataset; made where it is not there",
                v -> catalog = Optional.of(named(v)));
        options.value("description", "TEXT", "Description of a new catalog", v -> description = v);
        options.value(
                "start-time",
                "TIME",
                "From when the dataset holds; ... for no start",
                v -> startMs = time(v, Period.ALWAYS.startMs()));
        options.value(
                "end-time",
                "TIME",
                "Until when the dataset holds, exclusive; ... for no end",
                v -> endMs = time(v, Period.ALWAYS.endMs()));
    }

    static String named(String catalog) {
        if (catalog.isBlank()) {
            throw new IllegalArgumentException("empty name");
        }
        return catalog;
    }

    private static long time(String text, long unbounded) {
        return text.equals(UNBOUNDED) ? unbounded : TimeText.parse(text).ms();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        String name = catalog.orElseThrow(() -> new ToolException("--catalog is required"));
        if (operands.size() != 1) {
            throw new ToolException("one input file is required");
        }
        if (startMs >= endMs) {
            throw new ToolException("--end-time is not after --start-time");
        }
        try (SilkFile file = InputFiles.silk(env, operands.getFirst())) {
            Contents.Loaded loaded = Contents.load(file);
            try (Database database = IpaDatabase.open(env, Database.Use.WRITE)) {
                new IpaStore(database)
                        .put(
                                new IpaStore.Import(
                                        name,
                                        description,
                                        loaded.kind(),
                                        new Period(startMs, endMs),
                                        loaded.detail()),
                                loaded.content());
            }
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
        return 0;
    }
}
