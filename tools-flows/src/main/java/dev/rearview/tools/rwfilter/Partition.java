package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.Expressions;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.model.TcpFlags;
import dev.rearview.text.FlagText;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The partitioning switches: each adds one predicate, all of which a flow must pass.
public final class Partition {
    private final OpenedFiles files;
    private final TestSwitches tests = new TestSwitches();
    private final LabelTests labels;
    private final PluginTests plugins = new PluginTests(tests);
    private final Env env;
    private final SiteOption site;
    private final List<String> expressions = new ArrayList<>();
    private @Nullable BitSet protocols;
    private @Nullable BitSet icmpTypes;
    private @Nullable BitSet icmpCodes;

    public Partition(Env env, SiteOption site) {
        this.env = env;
        this.site = site;
        this.files = new OpenedFiles(env);
        this.labels = new LabelTests(files, tests);
    }

    public void declare(Options o) {
        declareAddresses(o);
        declareNumbers(o);
        declareFlags(o);
        labels.declare(o);
        plugins.declare(o);
        o.value(
                        "expr",
                        "EXPR",
                        "Pass flows for which this expression is true, such as"
                                + " \"bytes/packets > 1000 and not dip in 10.0.0.0/8\";"
                                + " repeatable: all have to be",
                        expressions::add)
                .inFull();
    }

    private void once(Options o, String name, String placeholder, String help, Consumer<String> c) {
        tests.once(o, name, placeholder, help, c);
    }

    /// Adds one test more.
    public void add(Predicate p) {
        tests.add(p);
    }

    // Addresses ---------------------------------------------------------------------------------

    private void declareAddresses(Options o) {
        String[] cidr = {"scidr", "dcidr", "any-cidr", "nhcidr"};
        String[] wild = {"saddress", "daddress", "any-address", "next-hop-id"};
        String[] sets = {"sipset", "dipset", "anyset", "nhipset"};
        String[] what = {"source", "destination", "source or destination", "next-hop"};
        Side[] sides = {Side.SOURCE, Side.DESTINATION, Side.EITHER, Side.NEXT_HOP};
        for (int i = 0; i < 4; i++) {
            Side side = sides[i];
            for (boolean not : new boolean[] {false, true}) {
                String prefix = not ? "not-" : "";
                String is = what[i] + (not ? " address does not match " : " address matches ");
                address(
                        o,
                        prefix + cidr[i],
                        cidr[i],
                        "LIST",
                        is + "one of these addresses or CIDR blocks",
                        v -> add(side, not, new SetRef.Ranges(IpRange.parseList(v))));
                address(
                        o,
                        prefix + wild[i],
                        wild[i],
                        "WILDCARD",
                        is + "this address wildcard",
                        v -> add(not, wildcard(side, v)));
                address(
                        o,
                        prefix + sets[i],
                        sets[i],
                        "FILE",
                        is + "a member of the IPset in FILE",
                        v -> add(side, not, new SetRef.File(SwitchValues.path(v))));
            }
        }
        once(
                o,
                "ip-version",
                "LIST",
                "IP version is 4, 6 or either",
                v -> {
                    BitSet set = IntegerList.parse(v, 0, 255);
                    for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
                        if (i != 4 && i != 6) {
                            throw new IllegalArgumentException(
                                    "IP version " + i + " is neither 4 nor 6");
                        }
                    }
                    List<Predicate> families = new ArrayList<>();
                    if (set.get(4)) {
                        families.add(Flows.IPV4);
                    }
                    if (set.get(6)) {
                        families.add(Flows.IPV6);
                    }
                    add(Predicate.any(families));
                });
    }

    private void address(
            Options o, String name, String base, String arg, String help, Consumer<String> c) {
        once(
                o,
                name,
                arg,
                "Pass flows whose " + help,
                v -> {
                    String other = name.equals(base) ? "not-" + base : base;
                    if (tests.isUsed(other)) {
                        throw new ToolException(
                                "--" + name + " and --" + other + " exclude each other");
                    }
                    c.accept(v);
                });
    }

    private void add(boolean not, Predicate p) {
        add(not ? Predicate.not(p) : p);
    }

    private void add(Side side, boolean not, SetRef set) {
        add(not, side.of(field -> Predicate.address(field, set)));
    }

    private static Predicate wildcard(Side side, String text) {
        IpWildcard wildcard = IpWildcard.parse(text);
        return side.of(field ->
                wildcard.range()
                        .map(range -> Predicate.address(field, List.of(range)))
                        .orElseGet(() -> new Predicate.AddressMatches(Expr.of(field), text)));
    }

    // Numbers and times ---------------------------------------------------------------------------

    private void list(Options o, String name, Field field, int max, String what) {
        once(
                o,
                name,
                "LIST",
                "Pass flows whose " + what + " is in this list",
                v -> add(Predicate.in(field, IntegerList.parse(v, 0, max))));
    }

    private void either(Options o, String name, Field a, Field b, String what) {
        once(
                o,
                name,
                "LIST",
                "Pass flows whose " + what + " is in this list",
                v -> {
                    BitSet set = IntegerList.parse(v, 0, 65535);
                    add(Predicate.any(List.of(Predicate.in(a, set), Predicate.in(b, set))));
                });
    }

    private void declareNumbers(Options o) {
        list(o, "sport", Field.SPORT, 65535, "source port");
        list(o, "dport", Field.DPORT, 65535, "destination port");
        either(o, "aport", Field.SPORT, Field.DPORT, "source or destination port");
        once(
                o,
                "protocol",
                "LIST",
                "Pass flows whose protocol is in this list",
                v -> {
                    protocols = IntegerList.parse(v, 0, 255);
                    add(Predicate.in(Field.PROTOCOL, protocols));
                });
        once(
                o,
                "icmp-type",
                "LIST",
                "Pass ICMP flows whose type is in this list",
                v -> icmpTypes = IntegerList.parse(v, 0, 255));
        once(
                o,
                "icmp-code",
                "LIST",
                "Pass ICMP flows whose code is in this list",
                v -> icmpCodes = IntegerList.parse(v, 0, 255));
        declareVolumes(o);
        declareTimes(o);
    }

    private void declareVolumes(Options o) {
        list(o, "application", Field.APPLICATION, 65535, "application label");
        list(o, "input-index", Field.INPUT, 65535, "input interface");
        list(o, "output-index", Field.OUTPUT, 65535, "output interface");
        either(o, "any-index", Field.INPUT, Field.OUTPUT, "input or output interface");
        range(o, "bytes", Field.BYTES);
        range(o, "packets", Field.PACKETS);
        once(
                o,
                "bytes-per-packet",
                "RANGE",
                "Pass flows whose bytes per packet are in this range",
                v -> {
                    NumberRange.Decimals r = NumberRange.decimals(v);
                    add(new Predicate.DecimalIn(Flows.bytesPerPacket(), r.low(), r.high()));
                });
        once(
                o,
                "duration",
                "RANGE",
                "Pass flows whose duration in seconds is in this range",
                v -> {
                    NumberRange.Decimals r = NumberRange.decimals(v);
                    long low = (long) (r.low() * 1000 + 1e-6);
                    long high =
                            r.high() == Double.MAX_VALUE
                                    ? Long.MAX_VALUE
                                    : (long) (r.high() * 1000 + 1e-6);
                    add(
                            Predicate.range(
                                    Field.DURATION,
                                    low * 1000,
                                    high > Long.MAX_VALUE / 1000 - 1
                                            ? Long.MAX_VALUE
                                            : high * 1000 + 999));
                });
    }

    private void declareTimes(Options o) {
        time(
                o,
                "stime",
                "starts",
                w -> Predicate.range(Field.STIME, w.startMs() * 1000, w.endMs() * 1000 + 999));
        time(o, "etime", "ends", w -> Predicate.range(Flows.END_MS, w.startMs(), w.endMs()));
        time(
                o,
                "active-time",
                "is active",
                w ->
                        Predicate.all(
                                List.of(
                                        Predicate.range(Flows.START_MS, Long.MIN_VALUE, w.endMs()),
                                        Predicate.range(
                                                Flows.END_MS, w.startMs(), Long.MAX_VALUE))));
    }

    private void range(Options o, String name, Field field) {
        once(
                o,
                name,
                "RANGE",
                "Pass flows whose " + name + " are in this range",
                v -> {
                    NumberRange.Integers r = NumberRange.integers(v, true);
                    add(Predicate.range(field, r.low(), r.high()));
                });
    }

    private void time(Options o, String name, String what, Function<TimeText.Window, Predicate> f) {
        once(
                o,
                name,
                "WINDOW",
                "Pass a flow that "
                        + what
                        + " in this window of time: START[-END], such as -2h-now",
                v -> add(f.apply(TimeText.window(v))));
    }

    // Flags ---------------------------------------------------------------------------------------

    private void declareFlags(Options o) {
        pairs(o, "flags-all", "TCP flags", Field.FLAGS, false, 16);
        pairs(o, "flags-initial", "initial TCP flags", Field.INITIAL_FLAGS, false, 16);
        pairs(o, "flags-session", "session TCP flags", Field.SESSION_FLAGS, false, 16);
        pairs(o, "attributes", "attributes", Field.ATTRIBUTES, true, 8);
        once(
                o,
                "tcp-flags",
                "FLAGS",
                "Pass flows with any of these TCP flags",
                v -> {
                    // As SiLK reads it: '-' anywhere among the letters stands for all of them.
                    int letters = FlagText.parseFlags(v.replace("-", ""));
                    int mask = v.indexOf('-') < 0 ? letters : 0xFF;
                    add(Predicate.not(Predicate.bits(Field.FLAGS, 0, mask)));
                });
        String[] names = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};
        for (int i = 0; i < names.length; i++) {
            int bit = 1 << i;
            once(
                    o,
                    names[i] + "-flag",
                    "0|1",
                    "Pass flows whose " + TcpFlags.LETTERS.charAt(i) + " flag is off or on",
                    v -> {
                        int wanted = flagValue(v) == 0 ? 0 : bit;
                        add(Predicate.bits(Field.FLAGS, wanted, bit));
                    });
        }
    }

    /// As SiLK reads it: leading digits, other text counting as 0.
    private static int flagValue(String v) {
        String s = v.strip();
        if (s.isEmpty() || !Character.isDigit(s.charAt(0)) && s.charAt(0) != '-') {
            return 0;
        }
        long value = IpText.parseUnsigned(s, 255, "flag");
        if (value > 1) {
            throw new IllegalArgumentException("expected 0 or 1");
        }
        return (int) value;
    }

    private void pairs(
            Options o, String name, String what, Field field, boolean attributes, int most) {
        once(
                o,
                name,
                "HIGH/MASK,...",
                "Pass flows whose " + what + " match one of these pairs",
                v -> {
                    if (v.isBlank() && (attributes || !v.isEmpty())) {
                        throw new IllegalArgumentException("no HIGH/MASK pair");
                    }
                    add(
                            new Predicate.BitsMatch(
                                    Expr.of(field), FlagText.parsePairs(v, attributes, most)));
                });
    }

    // Result --------------------------------------------------------------------------------------

    boolean isEmpty() {
        return tests.isEmpty()
                && labels.isEmpty()
                && plugins.isEmpty()
                && expressions.isEmpty()
                && icmpTypes == null
                && icmpCodes == null;
    }

    /// All switches together; call once after parsing.
    public Predicate predicate() {
        labels.resolve();
        plugins.resolve();
        for (String text : expressions) {
            try {
                add(Expressions.test(text, site, files, plugins.jars(env)));
            } catch (IllegalArgumentException e) {
                throw new ToolException("invalid --expr: " + e.getMessage());
            }
        }
        List<Predicate> all = new ArrayList<>(tests.predicates());
        if (icmpTypes != null || icmpCodes != null) {
            BitSet p = protocols;
            if (p != null && !p.get(Protocols.ICMP) && !p.get(Protocols.ICMPV6)) {
                throw new ToolException("--icmp-type and --icmp-code need protocol 1 or 58");
            }
            all.add(Flows.ICMP_OF_ITS_FAMILY);
        }
        if (icmpTypes != null) {
            all.add(Predicate.in(Flows.ICMP_TYPE, icmpTypes));
        }
        if (icmpCodes != null) {
            all.add(Predicate.in(Flows.ICMP_CODE, icmpCodes));
        }
        return Predicate.all(all);
    }

    /// What the switches name, opened once.
    public OpenedFiles files() {
        return files;
    }

    /// Makes a predicate run.
    Filter filter(Predicate predicate) throws IOException {
        return new Compiler(files).filter(predicate);
    }
}
