package dev.rearview.tools.rwpackchecker;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.run.SplitCounts;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.text.IpText;
import dev.rearview.text.Names;
import dev.rearview.text.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Looks for flows that nobody would expect.
public final class RwPackChecker implements FlowTool {
    private static final int COUNT_WIDTH = 20;

    private final Env env;
    private final FlowInputs inputs;
    private final Checks checks = new Checks();
    private boolean printAll;

    public RwPackChecker(Env env) {
        this.env = env;
        this.inputs = new FlowInputs(env, new SiteOption(env));
        inputs.references(new OpenedFiles(env));
    }

    @Override
    public String name() {
        return "rwpackchecker";
    }

    @Override
    public String summary() {
        return "Find flows with unusual values, which may be a sign of damaged files";
    }

    @Override
    public String usage() {
        return "[--value=TEST=VALUE] [--allowable-count=TEST=N] [--print-all] [FILES]";
    }

    @Override
    public String description() {
        return """
        Each test says which flows are unusual; a file is unusual if it has such flows, and one of the
        tests has found more of them, in this file and those before it, than are allowed (0 unless
        --allowable-count says so). Of a file that is unusual the number of such flows is printed, and
        that of each test that has found too many. The exit status is 1 if one file is unusual.

        Tests with a least and a greatest value, whose names begin with min- or max-, are always made:
        bpp-ratio (octets for each packet; 1 and 16384), bps-ratio (octets for each second; 0 and
        4294967295), packets (1 and 67108864), bytes (1 and 4294967295), tcp-bpp-ratio, udp-bpp-ratio
        and icmp-bpp-ratio (1 and 16384). So are two without a value of their own: a duration above
        4096 seconds, and a stored ratio of octets and packets that is wrong, which no file can have
        that is read here.

        Tests whose names begin with match- (a flow is unusual if it is in a set) or nomatch- (if it
        is not) are made when they are given a value: sip, dip and nhip (a file with an IP set);
        protocol, sport, dport, input and output (a list of numbers and ranges); flags (a list of
        combinations of TCP flags, such as S,SA,FPA).
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "See whether a file has flows that are larger than they should be",
                        "rwpackchecker --value=max-bytes=20000000 --value=max-bpp-ratio=1500 flows.rw"),
                new Example("See what all tests found", "rwpackchecker --print-all flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "value",
                        "TEST=VALUE",
                        "Give a test a value; the test's name may be abbreviated; repeatable. Tests, with"
                                + " the values that they have if none is given: "
                                + checks.overview(),
                        v -> apply(v, (name, value) -> checks.named(name).set(value)))
                .words(checks::names);
        options.value(
                        "allowable-count",
                        "TEST=N",
                        "Allow a test to find N flows before a file is unusual; repeatable",
                        v ->
                                apply(
                                        v,
                                        (name, n) ->
                                                checks.named(name)
                                                        .allow(
                                                                IpText.parseUnsigned(
                                                                        n,
                                                                        Long.MAX_VALUE,
                                                                        "number"))))
                .words(checks::names);
        options.flag("print-all", "Print what all tests found in all files", () -> printAll = true);
        inputs.names().declare(options);
    }

    private void apply(String pair, BiConsumer<String, String> change) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("expected a test, '=' and a value");
        }
        String name = Names.unique(pair.substring(0, equals), checks.names(), "test");
        change.accept(name, pair.substring(equals + 1));
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    /// The tests that are made.
    private List<Check> made() {
        return checks.all().stream().filter(c -> c.unusual().isPresent()).toList();
    }

    /// How many flows any test finds, and then how many each does.
    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        List<Predicate> tests = made().stream().map(c -> c.unusual().orElseThrow()).toList();
        List<Product> products = new ArrayList<>();
        products.add(counted(Predicate.any(tests)));
        tests.forEach(t -> products.add(counted(t)));
        return Optional.of(new Query(inputs.plan(inputs.names(operands)), products));
    }

    private static Product counted(Predicate test) {
        return new Product.Split(test, List.of(), 0, 0, Product.Counting.OUTCOMES);
    }

    @Override
    public int run(Query query) throws IOException {
        // Each file is told of apart.
        if (!(query.flows() instanceof FlowPlan.Files files)) {
            return one("-", query);
        }
        int status = 0;
        for (String name : files.names()) {
            FlowPlan alone = new FlowPlan.Files(List.of(name));
            int of = one(name, new Query(alone, query.products()));
            status = Math.max(status, of);
            if (of == FAILED) {
                break;
            }
        }
        return status == 0 ? 0 : 1;
    }

    /// The file could not be read to its end.
    private static final int FAILED = 2;

    /// Counts and tells of one file.
    ///
    /// @return 0 if it is as usual, 1 if it is not
    private int one(String name, Query query) throws IOException {
        SplitCounts any;
        boolean good;
        try (QueryRun run = inputs.open(query)) {
            good = run.read();
            any = run.counts(0);
            List<Check> made = made();
            for (int i = 0; i < made.size(); i++) {
                made.get(i).add(run.counts(i + 1).passed().records());
            }
        }
        if (!good && any.read().records() == 0) {
            return FAILED;
        }
        boolean unusual = any.passed().records() > 0 && made().stream().anyMatch(Check::isExceeded);
        if (unusual || printAll) {
            print(name, any);
        }
        return good ? (unusual ? 1 : 0) : FAILED;
    }

    private void print(String name, SplitCounts any) throws IOException {
        StringBuilder text = new StringBuilder(name).append(":\n");
        text.append(Numbers.right(any.passed().records(), COUNT_WIDTH));
        text.append('/').append(any.read().records()).append(" flows are bad or unusual\n");
        for (Check c : made()) {
            if (printAll || c.isExceeded()) {
                text.append(Numbers.right(c.count(), COUNT_WIDTH));
                text.append(" flows where ").append(c.text()).append('\n');
            }
        }
        env.print(text.toString());
    }
}
