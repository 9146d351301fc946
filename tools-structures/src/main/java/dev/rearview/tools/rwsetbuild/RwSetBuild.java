package dev.rearview.tools.rwsetbuild;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.InputNames;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.headers.SetOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.text.IpWildcard;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Makes an IP set of text.
public final class RwSetBuild implements Tool {
    private static final int MAX_LINE = 512;

    private final Env env;
    private final SetOutput output;
    private Optional<String> delimiter = Optional.empty();
    private boolean anyV6;
    private boolean anyInteger;

    public RwSetBuild(Env env) {
        this.env = env;
        this.output = new SetOutput(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwsetbuild";
    }

    @Override
    public String summary() {
        return "Make a binary IPset of a list of addresses, CIDR blocks, wildcards or ranges";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [INPUT_TEXT [OUTPUT_SET]]";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Make a set of a list",
                        "printf '10.0.0.0/8\\n192.0.2.1\\n' | rwsetbuild - internal.set"));
    }

    @Override
    public void declare(Options options) {
        options.optional(
                        "ip-ranges",
                        "DELIM",
                        "Lines are addresses or ranges LOW DELIM HIGH; default '-'",
                        v -> delimiter = Optional.of(v.isEmpty() ? "-" : v.substring(0, 1)))
                .notEmpty();
        output.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands, 2);
        if (delimiter.isPresent() && "#\n\r".contains(delimiter.get())) {
            throw new ToolException("invalid --ip-ranges: '" + delimiter.get() + "'");
        }
        output.check();
        String input = InputNames.orStdin(env, operands).getFirst();
        String target = operands.size() < 2 ? "-" : operands.get(1);
        OutputFiles.checkNew(env, target);
        IpSet.Builder set = new IpSet.Builder();
        try (BufferedReader reader = InputFiles.lines(env, input, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                parse(line, number, input, set);
            }
        }
        output.write(target, set.build(), List.of());
        return 0;
    }

    private void parse(String line, int number, String input, IpSet.Builder set) {
        if (line.length() >= MAX_LINE) {
            env.tell(input + ":" + number + ": line is too long; skipped");
            return;
        }
        String text = InputFiles.withoutComment(line).strip();
        if (text.isEmpty()) {
            return;
        }
        try {
            if (delimiter.isPresent()) {
                range(text, delimiter.get(), set);
            } else {
                if (text.endsWith(",")) {
                    text = text.substring(0, text.length() - 1);
                }
                IpWildcard wildcard = IpWildcard.parse(text);
                note(text, wildcard.isV6());
                wildcard.forEachRange(set::add);
            }
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(input + ":" + number + ": " + e.getMessage());
        }
    }

    private void range(String text, String delimiter, IpSet.Builder set) {
        int at = delimiter.equals(" ") ? blank(text) : text.indexOf(delimiter);
        if (at < 0) {
            IpRange single = IpRange.parse(text);
            note(text, single.v6());
            set.add(single);
            return;
        }
        Ip low = IpText.parse(text.substring(0, at));
        Ip high = IpText.parse(text.substring(at + 1));
        note(text.substring(0, at), low.v6());
        if (low.v6() != high.v6()) {
            throw new IllegalArgumentException("'" + text + "' mixes IPv4 and IPv6");
        }
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException("range '" + text + "' runs down");
        }
        set.addRange(low.hi(), low.lo(), high.hi(), high.lo());
    }

    /// Integers stand for IPv4, and so do not go with IPv6 in one input.
    private void note(String text, boolean v6) {
        anyV6 |= v6;
        anyInteger |= !v6 && text.indexOf('.') < 0;
        if (anyV6 && anyInteger) {
            throw new IllegalArgumentException("integers and IPv6 addresses do not mix");
        }
    }

    private static int blank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ' ' || text.charAt(i) == '\t') {
                return i;
            }
        }
        return -1;
    }
}
