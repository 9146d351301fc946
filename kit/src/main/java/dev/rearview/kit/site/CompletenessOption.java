package dev.rearview.kit.site;

import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.store.ledger.Completeness;
import dev.rearview.store.ledger.Completeness.Exporter;
import dev.rearview.store.ledger.Completeness.Window;
import dev.rearview.text.Table;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `--completeness`: tells on standard error what the ledger knows of what is missing in the flows
/// of a window, in one line or as one JSON object.
public final class CompletenessOption {
    /// The switch.
    public static final String NAME = "completeness";

    private static final TimeFormat TIME = TimeFormat.DEFAULT.withMilliseconds(false);
    private static final String FLOWS = "flows";
    private static final String SAMPLED = "sampled";

    private final Env env;
    private boolean wanted;
    private boolean asJson;

    public CompletenessOption(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.optional(
                        NAME,
                        "FORMAT",
                        "Tell on standard error what the ledger knows to be missing in the window, as"
                                + " text or as json; default text",
                        v -> {
                            if (!v.isEmpty() && !v.equals("text") && !v.equals("json")) {
                                throw new IllegalArgumentException("must be text or json");
                            }
                            wanted = true;
                            asJson = v.equals("json");
                        })
                // An abbreviation that scripts use stays one of SiLK's switch.
                .inFull();
    }

    /// Fails where the switch was given to a command that reads named inputs.
    public void refuse() {
        if (wanted) {
            throw new ToolException("--completeness tells of a repository, not of named inputs");
        }
    }

    /// Tells it, if that is wanted.
    ///
    /// @throws IOException if the ledger's series cannot be read
    public void tell(FlowPlan.Hours hours) throws IOException {
        if (!wanted) {
            return;
        }
        Path root = env.path(hours.root());
        long toMs = hours.lastMs() + TimeText.HOUR_MS;
        Completeness c =
                Completeness.of(
                        root,
                        new Window(hours.firstMs(), toMs, hours.sensors()),
                        System.currentTimeMillis());
        env.err().println(asJson ? json(c) : env.toolName() + ": " + text(c));
        env.err().flush();
    }

    /// A line such as `2026/11/24T00:00:00 to 2026/11/25T00:00:00: lost sequence-gap 3 from 1
    /// sender; 120 flows came`.
    static String text(Completeness c) {
        String window = TIME.format(c.window().fromMs()) + " to " + TIME.format(c.window().toMs());
        StringJoiner parts = new StringJoiner("; ", window + ": ", "");
        boolean told = c.knownFromMs() < c.window().toMs();
        if (c.isComplete()) {
            parts.add("nothing is missing that the ledger knows of");
        } else if (!told) {
            parts.add("the ledger tells nothing of it");
        } else if (c.knownFromMs() > c.window().fromMs()) {
            parts.add("not known before " + TIME.format(c.knownFromMs()));
        }
        if (!c.gaps().isEmpty()) {
            String since = TIME.format(c.gaps().getFirst().fromMs());
            parts.add("no collector ran for " + duration(c.missingSeconds()) + " since " + since);
        }
        lost(c).ifPresent(parts::add);
        if (c.disk().quarantined() > 0) {
            parts.add(c.disk().quarantined() + " files in quarantine");
        }
        if (c.disk().expired()) {
            parts.add("hours were expired");
        }
        if (c.damagedLines() > 0) {
            parts.add(c.damagedLines() + " lines of the ledger are damaged");
        }
        if (told) {
            long sampled = c.total(SAMPLED);
            String some = sampled == 0 ? "" : ", " + sampled + " of them sampled";
            parts.add(c.total(FLOWS) + " flows came" + some);
        }
        return parts.toString();
    }

    private static Optional<String> lost(Completeness c) {
        Map<String, Long> lost = c.lost();
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        StringJoiner reasons = new StringJoiner(", ", "lost ", "");
        lost.forEach((reason, n) -> reasons.add(reason + " " + n));
        long losing = c.exporters().stream().filter(Exporter::hasLosses).count();
        return Optional.of(reasons + " from " + losing + (losing == 1 ? " sender" : " senders"));
    }

    private static String duration(long seconds) {
        return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
    }

    /// One object on one line.
    static String json(Completeness c) {
        JsonObject out = new JsonObject();
        out.text("from", instant(c.window().fromMs())).text("to", instant(c.window().toMs()));
        out.array("sensors", c.window().sensors().stream().map(CompletenessOption::quoted));
        out.raw("complete", Boolean.toString(c.isComplete()));
        boolean isKnown = c.knownFromMs() != Long.MAX_VALUE;
        out.raw("known-from", isKnown ? quoted(instant(c.knownFromMs())) : "null");
        out.array(
                "without-collector",
                c.gaps().stream()
                        .map(g ->
                                new JsonObject()
                                        .text("from", instant(g.fromMs()))
                                        .number("seconds", g.seconds())
                                        .toString()));
        out.number(FLOWS, c.total(FLOWS)).number(SAMPLED, c.total(SAMPLED));
        out.raw("lost", numbers(c.lost()));
        out.number("quarantined-files", c.disk().quarantined());
        out.raw("expired-hours", Boolean.toString(c.disk().expired()));
        out.number("damaged-lines", c.damagedLines());
        out.array(
                "exporters",
                c.exporters().stream()
                        .map(e ->
                                new JsonObject()
                                        .text("probe", e.probe())
                                        .text("exporter", e.address())
                                        .raw("counts", numbers(e.counts()))
                                        .toString()));
        return out.toString();
    }

    private static String numbers(Map<String, Long> counts) {
        JsonObject out = new JsonObject();
        counts.forEach(out::number);
        return out.toString();
    }

    private static String instant(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    private static String quoted(String s) {
        StringBuilder out = new StringBuilder();
        Table.quote(s, out);
        return out.toString();
    }

    /// An object that is being written.
    private static final class JsonObject {
        private final StringJoiner members = new StringJoiner(",", "{", "}");

        JsonObject raw(String name, String value) {
            members.add(quoted(name) + ":" + value);
            return this;
        }

        JsonObject text(String name, String value) {
            return raw(name, quoted(value));
        }

        JsonObject number(String name, long value) {
            return raw(name, Long.toString(value));
        }

        JsonObject array(String name, Stream<String> values) {
            return raw(name, values.collect(Collectors.joining(",", "[", "]")));
        }

        @Override
        public String toString() {
            return members.toString();
        }
    }
}
