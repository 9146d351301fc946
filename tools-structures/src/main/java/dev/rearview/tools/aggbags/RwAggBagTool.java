package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InPlace;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.BagOutput;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Ip;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.structure.AggregateBagFile;
import dev.rearview.silk.structure.BagFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Makes one aggregate bag, a bag or an IP set, of aggregate bags.
public final class RwAggBagTool implements Tool {
    private static final long MAX_KEY = 0xFFFF_FFFFL;

    private final Env env;
    private final HeaderOptions header;
    private final SetOutput setOutput;
    private final BagOutput bagOutput;
    private final InPlace inPlace;
    private final SiteOption site;
    private final FieldChoice choice;
    private final RowArithmetic arithmetic = new RowArithmetic();
    private final RowLimits limits;
    private Optional<String> path = Optional.empty();
    private boolean helpFields;

    public RwAggBagTool(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.ONLY_NOTES_OF_ALL);
        this.setOutput = new SetOutput(env, header);
        this.bagOutput = new BagOutput(header);
        this.inPlace = new InPlace(env);
        this.site = new SiteOption(env);
        FieldText text = new FieldText(site::site);
        this.choice = new FieldChoice(text);
        this.limits = new RowLimits(env, text);
    }

    @Override
    public String name() {
        return "rwaggbagtool";
    }

    @Override
    public String summary() {
        return "Make one aggregate bag of others, or a bag or an IPset: add, subtract, divide, limit";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [AGGREGATE_BAGS]";
    }

    @Override
    public String description() {
        return """
        Fields are left out or put in first, then counters are put together and multiplied, then rows are
        limited. A bag is made of sums by its key, and limits hold for these; an IPset is made of the rows that
        all limits leave.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The sources with at least 20 flows to one port, as a set",
                        "rwaggbagtool --min-field=records=20 --to-ipset=sipv4 syn.aggbag > scanners.set"));
    }

    @Override
    public void declare(Options options) {
        choice.declare(options);
        arithmetic.declare(options);
        limits.declare(options);
        choice.declareOutputs(options);
        setOutput.declareVersion(options, "ipset-record-version");
        options.flag("help-fields", "Print the known fields and exit", () -> helpFields = true);
        options.value(
                "output-path",
                "PATH",
                "Write to PATH instead of standard output",
                v -> path = Optional.of(v));
        inPlace.declare(options);
        header.declareNoteStrip(options);
        header.declareNotes(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.print(HelpFields.text(AggregateField.nameable()));
            return 0;
        }
        choice.resolve();
        limits.resolve();
        header.checkLeniently();
        List<String> names = InputNames.orStdin(env, operands);
        String target = path.orElse("-");
        inPlace.check(target);
        try (CombinedRows rows =
                new CombinedRows(env, header, choice, arithmetic, limits, names.size())) {
            rows.readAll(names);
            Optional<RowCombiner> aside = rows.aside();
            try {
                inPlace.write(target, to -> write(rows, aside, to));
            } finally {
                if (aside.isPresent()) {
                    aside.get().close();
                }
            }
        }
        return 0;
    }

    private void write(CombinedRows rows, Optional<RowCombiner> aside, String to)
            throws IOException {
        if (choice.toSet().isPresent()) {
            IpSet set = set(rows, aside, choice.toSet().get());
            setOutput.write(to, set, rows.notes());
        } else if (!choice.toBag().isEmpty()) {
            writeBag(rows, aside, to);
        } else {
            try (AggregateBagFile.Writer out =
                    AggregateRows.writer(
                            to, rows.layout(), header, header.inherited(rows.notes()))) {
                rows.forEach(aside, (layout, row) -> out.add(row));
            }
        }
    }

    private static IpSet set(CombinedRows rows, Optional<RowCombiner> aside, AggregateField f)
            throws IOException {
        IpSet.Builder set = new IpSet.Builder();
        rows.forEach(
                aside,
                (layout, row) -> {
                    int at = layout.at(f);
                    if (isEmpty(layout, row)) {
                        return;
                    }
                    if (f.isIpv6()) {
                        set.add(row[at], row[at + 1]);
                    } else {
                        set.add(0, Ip.mapped(address(f, row[at])));
                    }
                });
        return set.build();
    }

    private static int address(AggregateField f, long value) {
        if (Long.compareUnsigned(value, MAX_KEY) > 0) {
            throw ToolException.failure(
                    f.label() + " " + Long.toUnsignedString(value) + " is no IPv4 address");
        }
        return (int) value;
    }

    /// Whether all counters are 0: such a row is not in an aggregate bag.
    private static boolean isEmpty(AggregateLayout layout, long[] row) {
        for (int i = layout.keyWords(); i < layout.words(); i++) {
            if (row[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void writeBag(CombinedRows rows, Optional<RowCombiner> aside, String to)
            throws IOException {
        AggregateField key = choice.toBag().getFirst();
        AggregateField counter = choice.toBag().getLast();
        boolean wide = key.isIpv6();
        int words = rows.layout().keyWords();
        // Keys that became the same are next to each other.
        long[] pending = {0, 0, 0};
        try (BagFile.Writer out =
                bagOutput.open(to, key.bagType(), counter.bagType(), wide, rows.notes())) {
            rows.forEach(
                    aside,
                    (layout, row) -> {
                        long hi = wide ? row[0] : 0;
                        long lo = wide ? row[1] : BagCounter.asKey(row[0]);
                        if (hi != pending[0] || lo != pending[1]) {
                            out.add(pending[0], pending[1], pending[2]);
                            pending[0] = hi;
                            pending[1] = lo;
                            pending[2] = 0;
                        }
                        // 2^64-1 is no counter of a bag.
                        long n = row[words] == -1L ? BagCounter.MAX : row[words];
                        pending[2] = BagCounter.sum(pending[2], n);
                    });
            out.add(pending[0], pending[1], pending[2]);
        }
    }
}
