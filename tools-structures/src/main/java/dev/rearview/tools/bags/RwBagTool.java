package dev.rearview.tools.bags;

import dev.rearview.engine.spill.JoinedRows;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InPlace;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.BagOutput;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.text.Names;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Makes one bag, or an IP set, of bags.
public final class RwBagTool implements Tool {
    private enum Operation {
        ADD,
        SUBTRACT,
        MINIMIZE,
        MAXIMIZE,
        DIVIDE,
        SCALAR_MULTIPLY,
        COMPARE
    }

    private final Env env;
    private final HeaderOptions header;
    private final BagOutput output;
    private final SetOutput setOutput;
    private final InPlace inPlace;
    private final BagLimits limits = new BagLimits();
    private Optional<Operation> operation = Optional.empty();
    private long scalar = 1;
    private String comparison = "";
    private Optional<String> intersect = Optional.empty();
    private boolean complement;
    private Optional<String> path = Optional.empty();
    private boolean invert;
    private boolean coverset;

    public RwBagTool(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.ONLY_NOTES_OF_ALL);
        this.output = new BagOutput(header);
        this.setOutput = new SetOutput(env, header);
        this.inPlace = new InPlace(env);
    }

    @Override
    public String name() {
        return "rwbagtool";
    }

    @Override
    public String summary() {
        return "Make one bag of others: add, subtract, compare, limit, invert; or the IPset of keys";
    }

    @Override
    public String usage() {
        return "[OPERATION] [SWITCHES] [BAGS]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The addresses with at least 100 flows",
                        "rwbagtool --mincounter=100 --coverset flows.bag > busy.set"),
                new Example(
                        "Mean bytes of a flow",
                        "rwbagtool --divide bytes.bag flows.bag | rwbagcat --sort-counters"));
    }

    @Override
    public void declare(Options options) {
        operation(options, "add", Operation.ADD, "Sum of the counters (the default)");
        operation(
                options,
                "subtract",
                Operation.SUBTRACT,
                "Counters of the first bag less the others");
        operation(options, "minimize", Operation.MINIMIZE, "The smallest counter of each key");
        operation(options, "maximize", Operation.MAXIMIZE, "The largest counter of each key");
        operation(options, "divide", Operation.DIVIDE, "Counters of the first bag by the second's");
        options.value(
                "scalar-multiply",
                "NUM",
                "Multiply the counters of one bag by NUM",
                v -> {
                    scalar = SwitchValues.positive(v, BagCounter.MAX);
                    choose(Operation.SCALAR_MULTIPLY);
                });
        options.value(
                "compare",
                "RELATION",
                "A counter of 1 for keys of two bags whose counters are lt, le, eq, ge or gt",
                v -> {
                    comparison =
                            Names.unique(
                                    v.toLowerCase(Locale.ROOT),
                                    List.of("lt", "le", "eq", "ge", "gt"),
                                    "relation");
                    choose(Operation.COMPARE);
                });
        options.value(
                "intersect", "SET", "Keep the keys that are in this IPset", v -> mask(v, false));
        options.value(
                "complement-intersect",
                "SET",
                "Keep the keys that are not in this IPset",
                v -> mask(v, true));
        limits.declare(options, BagCounter.MAX);
        options.flag(
                "invert",
                "Count how many keys have each counter: counters become keys",
                () -> invert = true);
        options.flag(
                "coverset", "Write the IPset of the keys instead of a bag", () -> coverset = true);
        setOutput.declareVersion(options, "ipset-record-version");
        options.value(
                "output-path",
                "PATH",
                "Write to PATH instead of standard output",
                v -> path = Optional.of(v));
        inPlace.declare(options);
        header.declareNoteStrip(options);
        header.declareNotes(options);
    }

    private void operation(Options options, String name, Operation wanted, String help) {
        options.flag(name, help, () -> choose(wanted));
    }

    private void choose(Operation wanted) {
        if (operation.isPresent()) {
            throw new ToolException("only one operation is possible");
        }
        operation = Optional.of(wanted);
    }

    private void mask(String set, boolean outside) {
        if (intersect.isPresent()) {
            throw new ToolException(
                    "only one of --intersect and --complement-intersect may be given");
        }
        intersect = Optional.of(set);
        complement = outside;
    }

    @Override
    public int run(List<String> operands) throws IOException {
        List<String> names = InputNames.orStdin(env, operands);
        Operation wanted = operation.orElse(Operation.ADD);
        boolean two = wanted == Operation.DIVIDE || wanted == Operation.COMPARE;
        if (two && names.size() != 2) {
            throw new ToolException("--" + Names.word(wanted) + " takes two bags");
        }
        if (wanted == Operation.SCALAR_MULTIPLY && names.size() != 1) {
            throw new ToolException("--scalar-multiply takes one bag");
        }
        limits.check();
        header.checkLeniently();
        String target = path.orElse("-");
        inPlace.check(target);
        Optional<IpSet> set =
                intersect.isPresent()
                        ? Optional.of(InputFiles.set(env, intersect.get()))
                        : Optional.empty();
        try (Rows rows = new Rows(wanted, names.size())) {
            rows.readAll(names);
            write(target, rows, set);
        }
        return 0;
    }

    private void write(String target, Rows rows, Optional<IpSet> set) throws IOException {
        if (coverset) {
            IpSet.Builder keys = new IpSet.Builder();
            rows.forEach(set, (hi, lo, counter) -> keys.add(hi, lo));
            IpSet cover = keys.build();
            inPlace.write(target, to -> setOutput.write(to, cover, rows.notes));
            return;
        }
        // Put aside first: what goes wrong on the way leaves no half of a bag.
        try (RowCombiner result = BagRows.combiner(env, rows.bags, BagCounter::sum)) {
            long[] row = new long[BagRows.WORDS];
            rows.forEach(
                    set,
                    (hi, lo, counter) -> {
                        row[0] = invert ? 0 : hi;
                        row[1] = invert ? Ip.mapped((int) BagCounter.asKey(counter)) : lo;
                        row[2] = invert ? 1 : counter;
                        result.add(row);
                    });
            RowSource sorted = result.sorted();
            inPlace.write(
                    target,
                    to -> {
                        try (BagFile.Writer out =
                                output.open(
                                        to,
                                        invert ? rows.counter : rows.key,
                                        invert ? BagType.CUSTOM : rows.counter,
                                        !invert && rows.wide,
                                        rows.notes)) {
                            BagRows.forEach(sorted, out::add);
                        }
                    });
        }
    }

    /// The entries of all inputs, put together.
    private final class Rows implements Closeable {
        private final int bags;
        private final List<RowCombiner> combiners = new ArrayList<>();
        private final List<SilkHeader.Entry> notes = new ArrayList<>();
        private final Operation wanted;
        private BagType key = BagType.CUSTOM;
        private BagType counter = BagType.CUSTOM;
        private boolean wide;

        /// @param inputs how many there are
        Rows(Operation operation, int inputs) {
            this.wanted = operation;
            this.bags = operation == Operation.ADD ? 2 : inputs + 1;
        }

        void readAll(List<String> names) throws IOException {
            for (String name : names) {
                try (SilkFile file = InputFiles.silk(env, name)) {
                    BagFile.Reader in = new BagFile.Reader(file);
                    notes.addAll(header.kept(file.header(), combiners.isEmpty()));
                    note(in);
                    if (combiners.isEmpty() || wanted != Operation.ADD) {
                        combiners.add(combiner());
                    }
                    BagRows.addAll(in::next, combiners.getLast());
                }
            }
        }

        private void note(BagFile.Reader in) {
            boolean isFirst = combiners.isEmpty();
            key = isFirst ? in.keyType() : key.combined(in.keyType());
            wide |= in.isWide();
            if (isFirst) {
                counter = in.counterType();
            } else if (wanted != Operation.MINIMIZE && wanted != Operation.MAXIMIZE) {
                counter = counter.combined(in.counterType());
            }
        }

        /// Sums are all made by one; other operations need each bag for itself.
        private RowCombiner combiner() {
            return wanted == Operation.ADD
                    ? BagRows.combiner(env, bags, (a, b) -> counter(Operation.ADD, a, b))
                    : BagRows.combiner(env, bags, BagCounter::sum);
        }

        /// Hands out what the operation makes and the limits leave.
        void forEach(Optional<IpSet> set, BagRows.Entries out) throws IOException {
            RowSource rows = combiners.getFirst().sorted();
            for (RowCombiner next : combiners.subList(1, combiners.size())) {
                rows =
                        new JoinedRows(
                                rows,
                                next.sorted(),
                                BagRows.KEY_WORDS,
                                BagRows.WORDS,
                                (row, inFirst, other) -> {
                                    row[2] = counter(wanted, row[2], other[2]);
                                    return row[2] != 0;
                                });
            }
            boolean multiply = wanted == Operation.SCALAR_MULTIPLY;
            BagRows.forEach(
                    rows,
                    (hi, lo, n) -> {
                        long made = multiply ? multiplied(n) : n;
                        if (made != 0 && isLeft(set, hi, lo, made)) {
                            out.accept(hi, lo, made);
                        }
                    });
        }

        @Override
        public void close() throws IOException {
            for (RowCombiner c : combiners) {
                c.close();
            }
        }
    }

    private long multiplied(long counter) {
        // 2^64-1 is no counter.
        long product = counter * scalar;
        return product == -1L ? BagCounter.MAX : product;
    }

    private boolean isLeft(Optional<IpSet> set, long hi, long lo, long counter) {
        return limits.acceptsKey(hi, lo)
                && limits.acceptsCounter(counter)
                && (set.isEmpty() || set.get().contains(hi, lo) != complement);
    }

    private long counter(Operation wanted, long a, long b) {
        return switch (wanted) {
            case ADD -> {
                if (BagCounter.overflows(a, b)) {
                    throw ToolException.failure("a sum of counters is above the maximum");
                }
                yield a + b;
            }
            case SUBTRACT -> BagCounter.difference(a, b);
            case MINIMIZE -> Long.compareUnsigned(a, b) <= 0 ? a : b;
            case MAXIMIZE -> Long.compareUnsigned(a, b) >= 0 ? a : b;
            case DIVIDE -> quotient(a, b);
            case COMPARE -> a != 0 && b != 0 && compares(Long.compareUnsigned(a, b)) ? 1 : 0;
            case SCALAR_MULTIPLY -> throw new IllegalStateException();
        };
    }

    private static long quotient(long a, long b) {
        if (a == 0) {
            return 0;
        }
        if (b == 0) {
            throw ToolException.failure("a key of the first bag is not in the second");
        }
        return BagCounter.quotient(a, b);
    }

    private boolean compares(int order) {
        return switch (comparison) {
            case "lt" -> order < 0;
            case "le" -> order <= 0;
            case "eq" -> order == 0;
            case "ge" -> order >= 0;
            default -> order > 0;
        };
    }
}
