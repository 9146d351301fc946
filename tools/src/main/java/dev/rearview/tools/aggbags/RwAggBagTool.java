package dev.rearview.tools.aggbags;

import dev.rearview.engine.spill.JoinedRows;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.Ip;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.AggregateBagFile;
import dev.rearview.silk.BagFile;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.tools.bags.BagOutput;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.HeaderOptions;
import dev.rearview.tools.kit.History;
import dev.rearview.tools.kit.InPlace;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.SetOutput;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes one aggregate bag, a bag or an IP set, of aggregate bags.
public final class RwAggBagTool implements Tool {
    private enum Operation {
        ADD,
        SUBTRACT,
        DIVIDE
    }

    private final Env env;
    private final HeaderOptions header;
    private final SetOutput setOutput;
    private final BagOutput bagOutput;
    private final InPlace inPlace;
    private final SiteOption site;
    private final FieldText text;
    private final List<AggregateField> removed = new ArrayList<>();
    private final List<AggregateField> selected = new ArrayList<>();
    private final Map<String, String> insertions = new LinkedHashMap<>();
    private final Map<AggregateField, long[]> inserted = new LinkedHashMap<>();
    private Optional<Operation> operation = Optional.empty();
    private ZeroDivisor zeroDivisor = new ZeroDivisor(ZeroDivisor.Action.ERROR, 0);
    private final Map<AggregateField, Long> factors = new EnumMap<>(AggregateField.class);
    private long factor = 1;
    private final List<String[]> limits = new ArrayList<>();
    private final List<RowTest> tests = new ArrayList<>();
    private List<AggregateField> toBag = List.of();
    private Optional<AggregateField> toSet = Optional.empty();
    private Optional<String> path = Optional.empty();
    private boolean helpFields;

    /// What becomes of a counter that is to be divided by 0.
    private record ZeroDivisor(Action action, long value) {
        enum Action {
            ERROR,
            REMOVE,
            NOCHANGE,
            VALUE
        }
    }

    /// Whether a row stays.
    private interface RowTest {
        boolean test(AggregateLayout layout, long[] row);
    }

    public RwAggBagTool(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.ONLY_NOTES_OF_ALL);
        this.setOutput = new SetOutput(env, header);
        this.bagOutput = new BagOutput(env, header);
        this.inPlace = new InPlace(env);
        this.site = new SiteOption(env);
        this.text = new FieldText(site::site);
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
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The sources with at least 20 flows to one port, as a set",
                        "rwaggbagtool --min-field=records=20 --to-ipset=sipv4 syn.aggbag > scanners.set"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "remove-fields",
                "LIST",
                "Leave these fields out",
                v -> removed.addAll(AggregateField.list(v, AggregateField.nameable())));
        options.value(
                "select-fields",
                "LIST",
                "Leave all other fields out",
                v -> selected.addAll(AggregateField.list(v, AggregateField.nameable())));
        options.value(
                "insert-field",
                "FIELD=VALUE",
                "Give every entry this value of FIELD; repeatable",
                v -> insertions.put(v, v));
        operation(options, "add", Operation.ADD, "Sum of the counters (the default)");
        operation(
                options, "subtract", Operation.SUBTRACT, "Counters of the first less the others'");
        operation(options, "divide", Operation.DIVIDE, "Counters of the first by the others'");
        options.value(
                "zero-divisor-result",
                "RESULT",
                "What dividing by 0 gives: error, remove (the key), nochange, maximum, or a number",
                v -> zeroDivisor = zeroDivisor(v));
        options.value(
                "scalar-multiply",
                "[FIELD=]NUM",
                "Multiply all counters, or one, by NUM; repeatable",
                this::multiply);
        limit(options, "min-field", "FIELD=VALUE", "Leave out rows whose FIELD is below VALUE");
        limit(options, "max-field", "FIELD=VALUE", "Leave out rows whose FIELD is above VALUE");
        limit(
                options,
                "set-intersect",
                "FIELD=SET",
                "Keep rows whose FIELD is an address of this IPset");
        limit(
                options,
                "set-complement",
                "FIELD=SET",
                "Leave out rows whose FIELD is an address of this IPset");
        options.value(
                "to-bag",
                "KEY,COUNTER",
                "Write a bag of one key and one counter",
                v -> {
                    List<AggregateField> given = AggregateField.list(v, AggregateField.nameable());
                    boolean good =
                            given.size() == 2
                                    && !given.getFirst().isCounter()
                                    && given.getLast().isCounter();
                    if (!good) {
                        throw new IllegalArgumentException("expected KEY,COUNTER");
                    }
                    toBag = given;
                });
        options.value(
                "to-ipset",
                "FIELD",
                "Write the IPset of the values of this field",
                v -> {
                    AggregateField f = AggregateField.named(v, AggregateField.nameable());
                    if (f.isCounter()) {
                        throw new IllegalArgumentException("a counter is no address");
                    }
                    toSet = Optional.of(f);
                });
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

    private void operation(Options options, String name, Operation wanted, String help) {
        options.flag(
                name,
                help,
                () -> {
                    if (operation.isPresent()) {
                        throw new ToolException("only one operation is possible");
                    }
                    operation = Optional.of(wanted);
                });
    }

    private void limit(Options options, String name, String placeholder, String help) {
        options.value(name, placeholder, help, v -> limits.add(new String[] {name, v}));
    }

    private static ZeroDivisor zeroDivisor(String v) {
        if (!v.isEmpty() && Character.isDigit(v.charAt(0))) {
            return new ZeroDivisor(
                    ZeroDivisor.Action.VALUE, IpText.parseUnsigned(v, -1L, "number"));
        }
        return switch (Names.unique(
                v, List.of("error", "remove", "nochange", "maximum"), "result")) {
            case "remove" -> new ZeroDivisor(ZeroDivisor.Action.REMOVE, 0);
            case "nochange" -> new ZeroDivisor(ZeroDivisor.Action.NOCHANGE, 0);
            case "maximum" -> new ZeroDivisor(ZeroDivisor.Action.VALUE, -1L);
            default -> new ZeroDivisor(ZeroDivisor.Action.ERROR, 0);
        };
    }

    private void multiply(String v) {
        int equals = v.indexOf('=');
        if (equals < 0) {
            long n = IpText.parseUnsigned(v, -1L, "number");
            if (n == 0) {
                throw new IllegalArgumentException("must be above 0");
            }
            factor *= n;
            return;
        }
        AggregateField f = AggregateField.named(v.substring(0, equals), AggregateField.nameable());
        factors.merge(
                f, IpText.parseUnsigned(v.substring(equals + 1), -1L, "number"), (a, b) -> a * b);
    }

    // Switches that need others ------------------------------------------------------------------

    private interface FieldAction {
        void take(AggregateField field, String value) throws IOException;
    }

    private static void split(String name, String given, FieldAction action) throws IOException {
        int equals = given.indexOf('=');
        try {
            if (equals < 0) {
                throw new IllegalArgumentException("expected FIELD=VALUE");
            }
            AggregateField f =
                    AggregateField.named(given.substring(0, equals), AggregateField.nameable());
            action.take(f, given.substring(equals + 1));
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --" + name + " '" + given + "': " + e.getMessage());
        }
    }

    private void resolve() throws IOException {
        for (String given : insertions.values()) {
            split("insert-field", given, (f, value) -> inserted.put(f, text.given(f, value)));
        }
        for (String[] limit : limits) {
            split(limit[0], limit[1], (f, value) -> tests.add(test(limit[0], f, value)));
        }
        int outputs = (toBag.isEmpty() ? 0 : 1) + (toSet.isPresent() ? 1 : 0);
        int choices = (removed.isEmpty() ? 0 : 1) + (selected.isEmpty() ? 0 : 1);
        if (outputs + choices > 1) {
            throw new ToolException(
                    "--remove-fields, --select-fields, --to-bag and --to-ipset exclude each other");
        }
        List<AggregateField> wanted = toSet.map(List::of).orElse(toBag);
        for (AggregateField f : inserted.keySet()) {
            if (outputs > 0 && !wanted.contains(f)) {
                throw new ToolException(
                        "--insert-field of " + f.label() + ", which the output does not have");
            }
        }
    }

    private RowTest test(String name, AggregateField f, String value) throws IOException {
        if (name.startsWith("set-")) {
            IpSet set = FlowInputs.set(env, value);
            boolean complement = name.equals("set-complement");
            return (layout, row) -> {
                int at = layout.at(f);
                boolean v6 = f.isIpv6();
                return at < 0
                        || set.contains(
                                        v6 ? row[at] : 0,
                                        v6 ? row[at + 1] : Ip.mapped((int) row[at]))
                                != complement;
            };
        }
        long[] bound = text.given(f, value);
        boolean least = name.equals("min-field");
        return (layout, row) -> {
            int at = layout.at(f);
            if (at < 0) {
                return true;
            }
            int c =
                    f.isIpv6()
                            ? Ip.compare(row[at], row[at + 1], bound[0], bound[1])
                            : Long.compareUnsigned(row[at], bound[0]);
            return least ? c >= 0 : c <= 0;
        };
    }

    // Work ---------------------------------------------------------------------------------------

    @Override
    public int run(List<String> operands) throws IOException {
        if (helpFields) {
            env.out().write(HelpFields.text(AggregateField.nameable()));
            return 0;
        }
        resolve();
        header.checkLeniently(name());
        if (operands.isEmpty() && env.inIsTerminal()) {
            throw new ToolException("no input, and standard input is a terminal");
        }
        List<String> names = operands.isEmpty() ? List.of("-") : operands;
        String target = path.orElse("-");
        inPlace.check(target);
        try (Rows rows = new Rows(names.size())) {
            rows.readAll(names);
            inPlace.write(target, to -> write(rows, to));
        }
        return 0;
    }

    private void write(Rows rows, String to) throws IOException {
        AggregateLayout layout = rows.layout();
        if (toSet.isPresent()) {
            AggregateField f = toSet.get();
            int at = layout.at(f);
            IpSet.Builder set = new IpSet.Builder();
            rows.forEach(row -> {
                if (f.isIpv6()) {
                    set.add(row[at], row[at + 1]);
                } else {
                    set.add(0, Ip.mapped((int) row[at]));
                }
            });
            setOutput.write(to, set.build(), rows.notes);
        } else if (!toBag.isEmpty()) {
            AggregateField key = toBag.getFirst();
            AggregateField counter = toBag.getLast();
            boolean wide = key.isIpv6();
            try (BagFile.Writer out =
                    bagOutput.open(to, key.bagType(), counter.bagType(), wide, rows.notes)) {
                int words = layout.keyWords();
                rows.forEach(row -> {
                    // 2^64-1 is no counter of a bag.
                    long n = row[words] == -1L ? BagCounter.MAX : row[words];
                    out.add(wide ? row[0] : 0, wide ? row[1] : row[0], n);
                });
            }
        } else {
            try (AggregateBagFile.Writer out =
                    new AggregateBagFile.Writer(
                            header.open(to),
                            layout,
                            header.compression(to),
                            env.silkVersion(),
                            header.inherited(rows.notes),
                            header.own())) {
                rows.forEach(out::add);
            }
        }
    }

    private interface RowConsumer {
        void accept(long[] row) throws IOException;
    }

    /// The rows of all inputs, put together.
    private final class Rows implements Closeable {
        private final List<RowCombiner> combiners = new ArrayList<>();
        private final List<SilkHeader.Entry> notes = new ArrayList<>();
        private final int bags;
        private Optional<AggregateLayout> common = Optional.empty();

        /// @param inputs how many there are
        Rows(int inputs) {
            this.bags = operation.orElse(Operation.ADD) == Operation.ADD ? 1 : inputs + 1;
        }

        AggregateLayout layout() {
            return common.orElseThrow();
        }

        void readAll(List<String> names) throws IOException {
            for (String name : names) {
                try (SilkFile file = FlowInputs.silk(env, name)) {
                    AggregateBagFile.Reader in = new AggregateBagFile.Reader(file);
                    notes.addAll(header.kept(file.header(), combiners.isEmpty()));
                    AggregateLayout made = made(in.layout(), name);
                    if (!made.equals(common.orElse(made))) {
                        throw ToolException.failure(
                                name + ": fields " + made + " instead of " + common.get());
                    }
                    common = Optional.of(made);
                    boolean add = operation.orElse(Operation.ADD) == Operation.ADD;
                    if (combiners.isEmpty() || !add) {
                        combiners.add(AggregateRows.combiner(made, env, bags));
                    }
                    read(in, made, combiners.getLast());
                }
            }
        }

        /// The fields that are left, or put in.
        private AggregateLayout made(AggregateLayout from, String name) {
            List<AggregateField> wanted = toSet.map(List::of).orElse(toBag);
            List<AggregateField> out = new ArrayList<>(inserted.keySet());
            for (AggregateField f : from.fields()) {
                boolean stays =
                        wanted.isEmpty()
                                ? isLeft(f)
                                : wanted.contains(f) || (toSet.isPresent() && f.isCounter());
                if (stays) {
                    out.add(f);
                }
            }
            for (AggregateField f : wanted) {
                if (!out.contains(f)) {
                    throw ToolException.failure(name + ": no field " + f.label());
                }
            }
            try {
                return new AggregateLayout(out);
            } catch (IllegalArgumentException e) {
                throw ToolException.failure(name + ": " + e.getMessage());
            }
        }

        private void read(AggregateBagFile.Reader in, AggregateLayout to, RowCombiner out)
                throws IOException {
            AggregateLayout from = in.layout();
            long[] row = new long[from.words()];
            long[] made = new long[to.words()];
            while (in.next(row)) {
                Arrays.fill(made, 0);
                for (AggregateField f : to.fields()) {
                    long[] given = inserted.get(f);
                    if (given != null && !(f.isCounter() && keepsCounter(from, f))) {
                        System.arraycopy(given, 0, made, to.at(f), f.words());
                    } else if (from.has(f)) {
                        System.arraycopy(row, from.at(f), made, to.at(f), f.words());
                    }
                }
                out.add(made);
            }
        }

        /// A counter that a file has, and that is not left out, is not overwritten.
        private boolean keepsCounter(AggregateLayout from, AggregateField f) {
            return from.has(f) && isLeft(f);
        }

        private boolean isLeft(AggregateField f) {
            return !removed.contains(f) && (selected.isEmpty() || selected.contains(f));
        }

        void forEach(RowConsumer out) throws IOException {
            if (combiners.size() == 1) {
                make(out);
                return;
            }
            // Put aside first: a division by zero leaves no half of a file.
            try (RowCombiner aside = AggregateRows.combiner(layout(), env, bags)) {
                make(aside::add);
                RowSource rows = aside.sorted();
                long[] row = new long[layout().words()];
                while (rows.next(row)) {
                    out.accept(row);
                }
            }
        }

        private void make(RowConsumer out) throws IOException {
            AggregateLayout layout = layout();
            RowSource rows = combiners.getFirst().sorted();
            for (RowCombiner next : combiners.subList(1, combiners.size())) {
                rows =
                        new JoinedRows(
                                rows,
                                next.sorted(),
                                layout.keyWords(),
                                layout.words(),
                                (row, inFirst, other) -> inFirst && combine(layout, row, other));
            }
            long[] row = new long[layout.words()];
            while (rows.next(row)) {
                for (AggregateField f : layout.counters()) {
                    row[layout.at(f)] *= factor * factors.getOrDefault(f, 1L);
                }
                if (tests.stream().allMatch(t -> t.test(layout, row))) {
                    out.accept(row);
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (RowCombiner c : combiners) {
                c.close();
            }
        }
    }

    /// Makes the counters of a first bag less, or divides them by, those of a second.
    ///
    /// @return whether the row stays
    private boolean combine(AggregateLayout layout, long[] row, long[] other) {
        boolean any = false;
        for (int i = layout.keyWords(); i < layout.words(); i++) {
            long b = other[i];
            if (operation.orElseThrow() == Operation.SUBTRACT) {
                row[i] = BagCounter.difference(row[i], b);
            } else if (b != 0) {
                row[i] = BagCounter.quotient(row[i], b);
            } else {
                switch (zeroDivisor.action) {
                    case ERROR -> throw ToolException.failure("division by zero");
                    case REMOVE -> {
                        return false;
                    }
                    case NOCHANGE -> {}
                    case VALUE -> row[i] = zeroDivisor.value;
                }
            }
            any |= row[i] != 0;
        }
        return any;
    }
}
