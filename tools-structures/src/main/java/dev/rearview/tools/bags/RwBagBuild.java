package dev.rearview.tools.bags;

import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.headers.BagOutput;
import dev.rearview.kit.headers.HeaderOptions;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.NamedPath;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagCounter;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.text.IpWildcard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Makes a bag of text or of an IP set.
public final class RwBagBuild implements Tool {
    /// Keys that a range may have: as many as there are IPv4 addresses.
    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(32);

    private final Env env;
    private final HeaderOptions header;
    private final BagOutput output;
    private Optional<String> setInput = Optional.empty();
    private Optional<String> bagInput = Optional.empty();
    private Optional<String> delimiter = Optional.empty();
    private Optional<String> pairDelimiter = Optional.empty();
    private Optional<String> path = Optional.empty();
    private Optional<String> mapFile = Optional.empty();
    private OptionalLong defaultCount = OptionalLong.empty();
    private Optional<BagType> keyType = Optional.empty();
    private BagType counterType = BagType.CUSTOM;

    /// Whether a key was an IPv6 address, or an integer: these do not go together.
    private boolean anyIpv6;

    private boolean anyInteger;

    private final long[] row = new long[BagRows.WORDS];
    private Optional<RowCombiner> rows = Optional.empty();
    private boolean wide;
    private boolean overflowed;

    /// What is being read of a line, from 1.
    private int column;

    public RwBagBuild(Env env) {
        this.env = env;
        this.header = new HeaderOptions(env, History.OWN);
        this.output = new BagOutput(header);
    }

    @Override
    public String name() {
        return "rwbagbuild";
    }

    @Override
    public String summary() {
        return "Make a bag of text or of an IPset";
    }

    @Override
    public String usage() {
        return "{--bag-input=PATH | --set-input=PATH} [SWITCHES]";
    }

    @Override
    public String description() {
        return """
        Each line of the text is a key, or a key and its counter with the delimiter between them; what follows
        a second delimiter is ignored, and so is what follows a '#'. A key is an integer, an address, a CIDR
        block or an address wildcard, each of whose addresses gets the counter. Counters of equal keys add up.
        With a blank or a tab as delimiter several of them are one, and a third column is an error.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A bag of two ports",
                        "printf '443|10\\n53|7\\n' | rwbagbuild --bag-input=- --key-type=dport"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                        "set-input",
                        "PATH",
                        "Give each address of this IPset a counter of 1",
                        v -> setInput = Optional.of(v))
                .once();
        options.value(
                        "bag-input",
                        "PATH",
                        "Read KEY|COUNTER lines from PATH",
                        v -> bagInput = Optional.of(v))
                .once();
        options.value(
                "delimiter",
                "CHAR",
                "Character between key and counter; default '|'",
                v -> delimiter = Optional.of(SwitchValues.separator(v)));
        options.value(
                "proto-port-delimiter",
                "CHAR",
                "Character between protocol and port; default that of --delimiter",
                v -> pairDelimiter = Optional.of(SwitchValues.separator(v)));
        options.value(
                "default-count",
                "NUM",
                "Counter of every key, whatever the input says",
                v -> {
                    long n = IpText.parseUnsigned(v.strip(), BagCounter.MAX, "count");
                    defaultCount = OptionalLong.of(n);
                });
        options.value(
                        "key-type",
                        "TYPE",
                        "What the keys are, such as sIPv4, dPort or custom, the default",
                        v -> keyType = Optional.of(BagType.named(v)))
                .words(BagType::names);
        options.value(
                        "counter-type",
                        "TYPE",
                        "What the counters are, such as records, sum-bytes or custom, the default",
                        v -> counterType = BagType.named(v))
                .words(BagType::names);
        options.value(
                        "pmap-file",
                        "[NAME:]PATH",
                        "The prefix map that keys of a pmap type are looked up in",
                        v -> mapFile = Optional.of(NamedPath.of(v).path()))
                .once();
        options.value(
                "output-path",
                "PATH",
                "Write the bag to PATH instead of standard output",
                v -> path = Optional.of(v));
        header.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        if (setInput.isPresent() == bagInput.isPresent()) {
            throw new ToolException("either --set-input or --bag-input is required");
        }
        header.check();
        BagType type = keyType.orElse(BagType.CUSTOM);
        Optional<PrefixMap> map = map(type);
        try (RowCombiner bag = BagRows.combiner(env, 1, this::sum)) {
            rows = Optional.of(bag);
            wide = type.isIpv6();
            if (setInput.isPresent()) {
                IpSet set = InputFiles.set(env, setInput.get());
                type = keyType.orElse(set.isV6() ? BagType.ANY_IPV6 : BagType.ANY_IPV4);
                addSet(set, map);
            } else {
                readText(bagInput.orElseThrow(), type, map);
            }
            write(wide ? type.ofWidth(true) : type, bag.sorted());
        }
        return 0;
    }

    private void write(BagType type, RowSource sorted) throws IOException {
        try (BagFile.Writer out =
                output.open(path.orElse("-"), type, counterType, wide, List.of())) {
            BagRows.forEach(sorted, out::add);
        }
        if (overflowed) {
            env.tell("a counter was above the maximum, where it stays");
        }
    }

    private long sum(long a, long b) {
        overflowed |= BagCounter.overflows(a, b);
        return BagCounter.sum(a, b);
    }

    private void add(long hi, long lo, long counter) throws IOException {
        if (counter != 0) {
            wide |= !Ip.isMapped(hi, lo);
            row[0] = hi;
            row[1] = lo;
            row[2] = counter;
            rows.orElseThrow().add(row);
        }
    }

    private Optional<PrefixMap> map(BagType type) {
        if (type.isCountry()) {
            return Optional.of(Maps.countries(env));
        }
        boolean port = type.isPortMap();
        if (!port && !type.isAddressMap()) {
            return Optional.empty();
        }
        if (port && setInput.isPresent()) {
            throw ToolException.failure("the addresses of a set have no ports");
        }
        PrefixMap map =
                Maps.load(
                        env,
                        mapFile.orElseThrow(() ->
                                new ToolException(
                                        "--key-type=" + type.label() + " needs --pmap-file")));
        if (port != (map.kind() == PrefixMap.Kind.PROTO_PORT)) {
            throw ToolException.failure(
                    "a map of " + map.kind() + " does not go with --key-type=" + type.label());
        }
        return Optional.of(map);
    }

    private void addSet(IpSet set, Optional<PrefixMap> map) throws IOException {
        set.forEachRange((loHi, loLo, hiHi, hiLo) ->
                addRange(new IpRange(loHi, loLo, hiHi, hiLo, true), map, defaultCount.orElse(1)));
    }

    private void addRange(IpRange r, Optional<PrefixMap> map, long count) throws IOException {
        BigInteger size = IpSet.sizeOf(r.loHi(), r.loLo(), r.hiHi(), r.hiLo());
        if (size.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(size + " keys in a row are more than " + MOST);
        }
        r.forEach((hi, lo) -> {
            if (map.isPresent()) {
                add(0, Ip.mapped(mapKey(map.get(), map.get().find(hi, lo))), count);
            } else {
                add(hi, lo, count);
            }
        });
    }

    private static int mapKey(PrefixMap map, int value) {
        return map.kind().isCountry() ? value : BagKeys.mapKey(value);
    }

    private void readText(String name, BagType type, Optional<PrefixMap> map) throws IOException {
        int number = 0;
        try (BufferedReader in = InputFiles.lines(env, name, StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                String text = InputFiles.withoutComment(line).strip();
                if (text.isEmpty()) {
                    continue;
                }
                try {
                    addLine(text, type, map);
                } catch (IllegalArgumentException e) {
                    throw ToolException.failure(
                            name + ":" + number + ": column " + column + ": " + e.getMessage());
                }
            }
        }
    }

    private void addLine(String text, BagType type, Optional<PrefixMap> map) throws IOException {
        String separator = delimiter.orElse("|");
        if (type.isPortMap()) {
            column = 1;
            String between = pairDelimiter.orElse(separator);
            int at = find(text, between, 0);
            if (at < 0) {
                throw new IllegalArgumentException(
                        "expected a protocol, '" + between + "', a port");
            }
            int end = find(text, separator, at + 1);
            String port = end < 0 ? text.substring(at + 1) : text.substring(at + 1, end);
            int p = (int) IpText.parseUnsigned(text.substring(0, at).strip(), 255, "protocol");
            column = 2;
            int q = (int) IpText.parseUnsigned(port.strip(), 65_535, "port");
            int key = BagKeys.mapKey(map.orElseThrow().findPort(p, q));
            column = 3;
            add(0, Ip.mapped(key), count(text, end, separator));
            return;
        }
        column = 1;
        int end = find(text, separator, 0);
        String key = (end < 0 ? text : text.substring(0, end)).strip();
        IpWildcard keys =
                IpWildcard.parse(key.endsWith(",") ? key.substring(0, key.length() - 1) : key);
        column = 2;
        long count = count(text, end, separator);
        column = 1;
        note(key, keys);
        keys.forEachRange(r -> addUnchecked(r, map, count));
    }

    private void addUnchecked(IpRange r, Optional<PrefixMap> map, long count) {
        try {
            addRange(r, map, count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(String key, IpWildcard keys) {
        anyIpv6 |= keys.isV6();
        anyInteger |= key.indexOf('.') < 0 && key.indexOf(':') < 0;
        if (anyIpv6 && anyInteger) {
            throw new IllegalArgumentException("integers and IPv6 addresses do not mix");
        }
    }

    /// Where a delimiter is. Several blanks, or tabs, in a row are one.
    private static int find(String text, String delimiter, int from) {
        int at = from;
        if (isBlank(delimiter)) {
            while (at < text.length() && text.charAt(at) == delimiter.charAt(0)) {
                at++;
            }
        }
        return text.indexOf(delimiter, at);
    }

    private static boolean isBlank(String delimiter) {
        return Character.isWhitespace(delimiter.charAt(0));
    }

    private long count(String text, int at, String separator) {
        if (at >= 0 && isBlank(separator) && find(text, separator, at + 1) >= 0) {
            throw new IllegalArgumentException("more columns than key and counter");
        }
        if (defaultCount.isPresent()) {
            return defaultCount.getAsLong();
        }
        if (at < 0) {
            return 1;
        }
        int end = find(text, separator, at + 1);
        String given = end < 0 ? text.substring(at + 1) : text.substring(at + 1, end);
        if (given.isEmpty() && end >= 0) {
            throw new IllegalArgumentException("empty counter");
        }
        String count = given.strip();
        return count.isEmpty() ? 1 : IpText.parseUnsigned(count, BagCounter.MAX, "counter");
    }
}
