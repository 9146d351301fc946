package dev.rearview.tools.rwsort;

import dev.rearview.engine.KeyField;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.engine.sort.FlowSorter;
import dev.rearview.model.FlowSink;
import dev.rearview.text.NumberRange;
import dev.rearview.tools.fields.FieldCatalog;
import dev.rearview.tools.fields.PrintField;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.FlowOutput;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Sorts flows.
public final class RwSort implements Tool {
    private static final long MIN_BUFFER = 64 * 1024;

    private final Env env;
    private final FlowInputs inputs;
    private final FlowOutput output;
    private final SiteOption site;
    private final FieldCatalog catalog;
    private Optional<String> fields = Optional.empty();
    private Optional<String> pipe = Optional.empty();
    private Optional<String> temporary = Optional.empty();
    private boolean reverse;
    private boolean presorted;
    private boolean helpFields;
    private long buffer = Runtime.getRuntime().maxMemory() / 3;

    public RwSort(Env env) {
        this.env = env;
        this.inputs = new FlowInputs(env);
        this.output = new FlowOutput(env);
        this.site = new SiteOption(env);
        this.catalog = new FieldCatalog(env, site, true);
    }

    @Override
    public String name() {
        return "rwsort";
    }

    @Override
    public String summary() {
        return "Sort SiLK flow records by one or more fields";
    }

    @Override
    public String usage() {
        return "--fields=LIST [SWITCHES] [FILES]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Longest flows first",
                        "rwsort --fields=duration --reverse flows.rw | rwcut --num-recs=10"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "fields",
                "LIST",
                "Sort by these fields, the first being the most significant",
                v -> {
                    if (fields.isPresent()) {
                        throw new ToolException("--fields is given twice");
                    }
                    fields = Optional.of(v);
                });
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        options.flag("reverse", "Sort from high to low", () -> reverse = true);
        options.flag(
                "presorted-input",
                "The inputs are sorted already: merge them",
                () -> presorted = true);
        options.value(
                "temp-directory",
                "DIR",
                "Directory for temporary files",
                v -> temporary = Optional.of(v));
        options.value(
                "sort-buffer-size",
                "SIZE",
                "Memory to sort in, with suffix k, m or g",
                v -> {
                    buffer = NumberRange.size(v);
                    if (buffer < MIN_BUFFER) {
                        throw new IllegalArgumentException("must be at least 64k");
                    }
                });
        options.value(
                "input-pipe", "PATH", "Read flows from PATH, or stdin", v -> pipe = Optional.of(v));
        inputs.declare(options);
        output.declare(options);
        site.declare(options);
        catalog.declare(options);
    }

    private static List<List<String>> eachAlone(List<String> names) {
        return names.stream().map(List::of).toList();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.out().write(catalog.help().getBytes(StandardCharsets.UTF_8));
            return 0;
        }
        List<PrintField> keys;
        try {
            keys =
                    catalog.parse(
                            fields.orElseThrow(() -> new ToolException("--fields is required")),
                            false);
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        if (pipe.isPresent() && (!operands.isEmpty() || inputs.hasXargs())) {
            throw new ToolException("--input-pipe does not go with file names or --xargs");
        }
        List<String> names = pipe.isPresent() ? List.of(pipe.get()) : inputs.names(operands);
        Path directory = env.temporary(temporary);
        if (!Files.isDirectory(directory)) {
            throw new ToolException("temporary directory " + directory + " does not exist");
        }
        List<KeyField> order = keys.stream().<KeyField>map(PrintField::sortKey).toList();
        try (FlowSorter sorter = new FlowSorter(order, reverse, presorted, buffer, directory)) {
            boolean good = true;
            for (List<String> part : presorted ? eachAlone(names) : List.of(names)) {
                good =
                        good
                                && inputs.forEach(
                                        part,
                                        site.site(),
                                        Ipv6Policy.MIX,
                                        (batch, rows) -> {
                                            sorter.add(batch, rows);
                                            return true;
                                        });
                sorter.endInput();
            }
            if (!good) {
                return 1;
            }
            try (FlowSink writer = output.open(inputs.history())) {
                sorter.drain(writer::write);
            }
        }
        return 0;
    }
}
