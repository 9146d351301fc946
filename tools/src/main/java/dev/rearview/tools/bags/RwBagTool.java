package dev.rearview.tools.bags;

import dev.rearview.model.Ip;
import dev.rearview.sets.Bag;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.BagFile;
import dev.rearview.silk.IpSetFile;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.FlowInputs;
import dev.rearview.tools.kit.HeaderOptions;
import dev.rearview.tools.kit.InPlace;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.SetOutput;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.kit.ToolException;
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
        this.header = new HeaderOptions(env);
        this.output = new BagOutput(env, header);
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
                    scalar = IpText.parseUnsigned(v.strip(), Bag.MAX_COUNTER, "number");
                    if (scalar == 0) {
                        throw new IllegalArgumentException("must be above 0");
                    }
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
        limits.declare(options, Bag.MAX_COUNTER);
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
        if (operands.isEmpty() && env.inIsTerminal()) {
            throw new ToolException("no input bags, and standard input is a terminal");
        }
        List<String> names = operands.isEmpty() ? List.of("-") : operands;
        Operation wanted = operation.orElse(Operation.ADD);
        boolean two = wanted == Operation.DIVIDE || wanted == Operation.COMPARE;
        if (two && names.size() != 2) {
            throw new ToolException("--" + word(wanted) + " takes two bags");
        }
        if (wanted == Operation.SCALAR_MULTIPLY && names.size() != 1) {
            throw new ToolException("--scalar-multiply takes one bag");
        }
        limits.check();
        header.checkLeniently(name());
        String target = path.orElse("-");
        inPlace.check(target);
        Optional<IpSet> set = intersect.isPresent() ? Optional.of(readSet()) : Optional.empty();
        List<SilkHeader.Entry> notes = new ArrayList<>();
        Bag bag = limited(combine(wanted, names, notes), set);
        if (coverset) {
            IpSet keys = bag.keys();
            inPlace.write(target, to -> setOutput.write(to, keys, notes, !inPlace.isWanted()));
        } else {
            Bag result = invert ? inverted(bag) : bag;
            inPlace.write(target, to -> output.write(to, result, notes, !inPlace.isWanted()));
        }
        return 0;
    }

    private static String word(Operation o) {
        return o.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private IpSet readSet() throws IOException {
        try (SilkFile file = FlowInputs.silk(env, intersect.orElseThrow())) {
            return IpSetFile.read(file);
        }
    }

    private Bag read(String name, List<SilkHeader.Entry> notes) throws IOException {
        try (SilkFile file = FlowInputs.silk(env, name)) {
            Bag bag = BagFile.read(file);
            notes.addAll(file.header().entries(SilkHeader.ENTRY_ANNOTATION));
            return bag;
        }
    }

    private Bag combine(Operation wanted, List<String> names, List<SilkHeader.Entry> notes)
            throws IOException {
        Bag result = read(names.getFirst(), notes);
        if (wanted == Operation.SCALAR_MULTIPLY) {
            return multiplied(result);
        }
        for (String name : names.subList(1, names.size())) {
            Bag next = read(name, notes);
            BagType key = result.keyType().combined(next.keyType());
            BagType counter =
                    wanted == Operation.MINIMIZE || wanted == Operation.MAXIMIZE
                            ? result.counterType()
                            : result.counterType().combined(next.counterType());
            result = Bag.combine(result, next, key, counter, (a, b) -> counter(wanted, a, b));
        }
        return result;
    }

    private Bag multiplied(Bag bag) {
        Bag.Builder out = new Bag.Builder(bag.isWide());
        for (int i = 0; i < bag.size(); i++) {
            // 2^64-1 is no counter.
            long product = bag.counter(i) * scalar;
            out.add(bag.hi(i), bag.lo(i), product == -1L ? Bag.MAX_COUNTER : product);
        }
        return out.build(bag.keyType(), bag.counterType());
    }

    private long counter(Operation wanted, long a, long b) {
        return switch (wanted) {
            case ADD -> {
                if (Bag.overflows(a, b)) {
                    throw new ToolException("a sum of counters is above the maximum");
                }
                yield a + b;
            }
            case SUBTRACT -> Long.compareUnsigned(a, b) <= 0 ? 0 : a - b;
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
            throw new ToolException("a key of the first bag is not in the second");
        }
        long rest = Long.remainderUnsigned(a, b);
        long up = Long.compareUnsigned(rest, b - rest) >= 0 ? 1 : 0;
        return Long.divideUnsigned(a, b) + up;
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

    private Bag limited(Bag bag, Optional<IpSet> set) {
        return bag.filter((hi, lo, counter) ->
                limits.acceptsKey(hi, lo)
                        && limits.acceptsCounter(counter)
                        && (set.isEmpty() || set.get().contains(hi, lo) != complement));
    }

    private static Bag inverted(Bag bag) {
        Bag.Builder out = new Bag.Builder(false);
        for (int i = 0; i < bag.size(); i++) {
            long counter = bag.counter(i);
            boolean fits = Long.compareUnsigned(counter, 0xFFFF_FFFFL) <= 0;
            out.add(0, Ip.mapped(fits ? (int) counter : -1), 1);
        }
        return out.build(bag.counterType(), BagType.CUSTOM);
    }
}
