package dev.rearview.tools.rwsettool;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InPlace;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.BinaryOperator;

/// Makes one IP set of others.
public final class RwSetTool implements Tool {
    private enum Operation {
        UNION(IpSet::union),
        INTERSECT(IpSet::intersect),
        DIFFERENCE(IpSet::subtract),
        SYMMETRIC_DIFFERENCE(IpSet::exclusiveOr),
        /// Samples are drawn from each set and put together.
        SAMPLE(IpSet::union);

        private final BinaryOperator<IpSet> combine;

        Operation(BinaryOperator<IpSet> combine) {
            this.combine = combine;
        }
    }

    private static final History HISTORY = History.NOTES_OF_ALL;

    private final Env env;
    private final SetOutput output;
    private final InPlace inPlace;
    private Optional<Operation> operation = Optional.empty();
    private OptionalInt mask = OptionalInt.empty();
    private OptionalInt fill = OptionalInt.empty();
    private OptionalLong size = OptionalLong.empty();
    private OptionalDouble ratio = OptionalDouble.empty();
    private OptionalLong seed = OptionalLong.empty();
    private Optional<String> path = Optional.empty();

    public RwSetTool(Env env) {
        this.env = env;
        this.output = new SetOutput(env, HISTORY);
        this.inPlace = new InPlace(env);
    }

    @Override
    public String name() {
        return "rwsettool";
    }

    @Override
    public String summary() {
        return "Make one IPset of others: union, intersection, difference, sample, mask";
    }

    @Override
    public String usage() {
        return "OPERATION [SWITCHES] [SETS]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Addresses that were seen today and not yesterday",
                        "rwsettool --difference today.set yesterday.set | rwsetcat"),
                new Example(
                        "The /24 networks of a set", "rwsettool --mask=24 hosts.set | rwsetcat"));
    }

    @Override
    public void declare(Options options) {
        operation(options, "union", Operation.UNION, "Addresses of any of the sets");
        operation(options, "intersect", Operation.INTERSECT, "Addresses of all sets");
        operation(
                options,
                "difference",
                Operation.DIFFERENCE,
                "Addresses of the first set and of no other");
        operation(
                options,
                "symmetric-difference",
                Operation.SYMMETRIC_DIFFERENCE,
                "Addresses of an odd number of the sets");
        operation(
                options, "sample", Operation.SAMPLE, "Random addresses: --size or --ratio of them");
        options.value(
                "size",
                "NUM",
                "Draw NUM addresses of each set, or all where it has no more",
                v -> size = OptionalLong.of(SwitchValues.positive(v, Long.MAX_VALUE)));
        options.value(
                "ratio",
                "PROBABILITY",
                "Draw each address with this probability, 0-1",
                v -> {
                    double p = NumberRange.decimal(v.strip());
                    if (p > 1) {
                        throw new IllegalArgumentException("must be 0-1");
                    }
                    ratio = OptionalDouble.of(p);
                });
        options.value(
                "seed",
                "NUM",
                "Start of the random numbers: the same sets and number give the same sample",
                v ->
                        seed =
                                OptionalLong.of(
                                        IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number")));
        options.value(
                "mask",
                "LENGTH",
                "The first address of each block of this prefix length that is occupied",
                v -> mask = OptionalInt.of(SwitchValues.prefixLength(v, 128)));
        options.value(
                "fill-blocks",
                "LENGTH",
                "All addresses of each block of this prefix length that is occupied",
                v -> fill = OptionalInt.of(SwitchValues.prefixLength(v, 128)));
        options.value(
                "output-path",
                "PATH",
                "Write the set to PATH instead of standard output",
                v -> path = Optional.of(v));
        inPlace.declare(options);
        output.declareNoteStrip(options);
        output.declare(options);
    }

    private void operation(Options options, String name, Operation wanted, String help) {
        options.flag(
                name,
                help,
                () -> {
                    if (operation.isPresent() && operation.get() != wanted) {
                        throw new ToolException("only one operation is possible");
                    }
                    operation = Optional.of(wanted);
                });
    }

    @Override
    public int run(List<String> operands) throws IOException {
        boolean blocks = mask.isPresent() || fill.isPresent();
        if (mask.isPresent() && fill.isPresent()) {
            throw new ToolException("only one operation is possible");
        }
        if (operation.isEmpty() && !blocks) {
            throw new ToolException("an operation is required, such as --union");
        }
        // Masking sets means masking their union, whatever else is asked for.
        Operation wanted = blocks ? Operation.UNION : operation.orElse(Operation.UNION);
        if (wanted == Operation.SAMPLE && size.isPresent() == ratio.isPresent()) {
            throw new ToolException("--sample needs either --size or --ratio");
        }
        List<String> names = InputNames.orStdin(env, operands);
        String target = path.orElse("-");
        output.check();
        inPlace.check(target);
        List<SilkHeader.Entry> notes = new ArrayList<>();
        IpSet result = combine(names, wanted, notes);
        try {
            if (mask.isPresent()) {
                result = result.mask(inSpace(mask.getAsInt(), result));
            } else if (fill.isPresent()) {
                result = result.fill(inSpace(fill.getAsInt(), result));
            }
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
        IpSet set = result;
        inPlace.write(target, to -> output.write(to, set, notes));
        return 0;
    }

    /// Where the set holds nothing but IPv4, a length up to 32 is one of IPv4, and one that is
    /// between the two families' changes nothing.
    private static int inSpace(int length, IpSet set) {
        if (set.isV6() || length > 96) {
            return length;
        }
        return 96 + Math.min(length, 32);
    }

    private IpSet combine(List<String> names, Operation wanted, List<SilkHeader.Entry> notes)
            throws IOException {
        Sample sample = new Sample(seed.isPresent() ? new Random(seed.getAsLong()) : new Random());
        Optional<IpSet> result = Optional.empty();
        for (String name : names) {
            IpSet next = read(name, result.isEmpty(), notes);
            if (wanted == Operation.SAMPLE) {
                next = draw(sample, next);
            }
            IpSet set = next;
            result = Optional.of(result.map(r -> wanted.combine.apply(r, set)).orElse(set));
        }
        return result.orElse(IpSet.EMPTY);
    }

    private IpSet draw(Sample sample, IpSet from) {
        IpSet.Builder out = new IpSet.Builder();
        try {
            if (size.isPresent()) {
                sample.size(from, size.getAsLong(), out);
            } else {
                sample.ratio(from, ratio.orElse(0), out);
            }
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        }
        return out.build();
    }

    private IpSet read(String name, boolean isFirst, List<SilkHeader.Entry> notes)
            throws IOException {
        try (SilkFile file = InputFiles.silk(env, name)) {
            notes.addAll(HISTORY.kept(file.header().entries(), isFirst));
            return IpSetFile.read(file);
        }
    }
}
