package dev.rearview.tools.ipa;

import dev.rearview.catalogue.Database;
import dev.rearview.catalogue.IpaStore;
import dev.rearview.catalogue.Period;
import dev.rearview.kit.catalogue.IpaDatabase;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.headers.BagOutput;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.MapOutput;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Writes a dataset of a catalog of the database as a set, a bag or a prefix map.
public final class RwIpaExport implements Tool {
    private final Env env;
    private final HeaderOptions header;
    private Optional<String> catalog = Optional.empty();
    private Optional<Long> atMs = Optional.empty();
    private String mapName = "";

    public RwIpaExport(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwipaexport";
    }

    @Override
    public String summary() {
        return "Write a dataset of a catalog of a database as an IPset, a bag or a prefix map";
    }

    @Override
    public String usage() {
        return "--catalog=CATALOG [SWITCHES] OUTPUT_FILE";
    }

    @Override
    public String description() {
        return "Writes the dataset of CATALOG that holds at --time, or now. The database is that of"
                + " rwipaimport.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The set of a day",
                        "rwipaexport --catalog=watch --time=2026/11/24 watch.set"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "catalog",
                "CATALOG",
                "Catalog that has the dataset",
                v -> catalog = Optional.of(RwIpaImport.named(v)));
        options.value(
                "time",
                "TIME",
                "When the dataset holds; now by default",
                v -> atMs = Optional.of(TimeText.parse(v).ms()));
        options.value("prefix-map-name", "NAME", "Name that a prefix map gets", v -> mapName = v);
        header.declareNotes(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        String name = catalog.orElseThrow(() -> new ToolException("--catalog is required"));
        if (operands.size() != 1) {
            throw new ToolException("one output file is required");
        }
        String output = operands.getFirst();
        header.check();
        OutputFiles.checkNew(env, output);
        OutputFiles.checkNoDirectory(env, output);
        try (Database database = IpaDatabase.open(env, Database.Use.READ)) {
            IpaStore store = new IpaStore(database);
            List<IpaStore.Dataset> found =
                    store.find(name, Period.at(atMs.orElseGet(System::currentTimeMillis)));
            if (found.isEmpty()) {
                throw ToolException.failure(
                        "catalog " + name + " has no dataset that holds at that time");
            }
            write(store, found.getFirst(), output);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure("catalog " + name + ": " + e.getMessage());
        }
        return 0;
    }

    private void write(IpaStore store, IpaStore.Dataset dataset, String output) throws IOException {
        switch (dataset.kind()) {
            case SET -> {
                IpSet.Builder set = new IpSet.Builder();
                store.read(dataset, e -> set.addRange(e.loHi(), e.loLo(), e.hiHi(), e.hiLo()));
                new SetOutput(env, header).write(output, set.build(), List.of());
            }
            case BAG -> {
                Contents.Bag bag = Contents.Bag.of(dataset.detail());
                try (BagFile.Writer out =
                        new BagOutput(header)
                                .open(output, bag.key(), bag.counter(), bag.isWide(), List.of())) {
                    store.read(dataset, e -> out.add(e.loHi(), e.loLo(), e.counter()));
                }
            }
            case MAP -> {
                Contents.MapMaker map = new Contents.MapMaker(dataset.detail());
                store.read(dataset, map);
                new MapOutput(env, header).write(output, map.map(mapName));
            }
        }
    }
}
