package dev.rearview.tools.nfdump;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.ToolException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the switches say of how flows are put together and printed.
final class Settings {
    boolean aggregates;
    boolean connections;
    boolean guess;
    boolean full;
    boolean quiet;
    boolean plain;
    boolean marked;
    Aggregation aggregation = Aggregation.CONNECTIONS;
    Optional<Long> lines = Optional.empty();
    Optional<Order> order = Optional.empty();
    Optional<String> format = Optional.empty();

    private @Nullable Style style;
    private @Nullable Listing listing;

    /// To be called when all switches are known.
    ///
    /// @throws ToolException if they do not go together
    void resolve(Env env, List<Statistic> statistics) {
        if (connections && !aggregation.equals(Aggregation.CONNECTIONS)) {
            throw new ToolException("-A does not go with -b and -B");
        }
        if (connections && !statistics.isEmpty()) {
            throw new ToolException("-s does not go with -b and -B");
        }
        if (statistics.stream().filter(s -> s.element().isRecord()).count() > 1
                || !aggregation.prefixes().isEmpty()
                        && statistics.size() > 1
                        && statistics.stream().anyMatch(s -> s.element().isRecord())) {
            throw new ToolException("-s record stands alone where -A cuts addresses, and once");
        }
        String name = format.orElse("");
        boolean isOwn = name.startsWith("fmt:");
        String base = name;
        if (!isOwn && name.length() > 1 && name.endsWith("6")) {
            base = name.substring(0, name.length() - 1);
            full = true;
        }
        style = new Style(plain, full, marked, env.context().zone());
        try {
            listing = listing(isOwn, base, style());
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid -o '" + name + "': " + e.getMessage());
        }
        if (!statistics.isEmpty() && listing instanceof JsonListing) {
            throw new ToolException("statistics are not printed as json: use csv");
        }
    }

    private Listing listing(boolean isOwn, String base, Style s) {
        if (isOwn) {
            return new Listing.Lines(
                    LineFormat.of(format.orElseThrow().substring(4).strip()), s, quiet);
        }
        return switch (base) {
            case "" ->
                    new Listing.Lines(
                            connections ? LineFormat.known("biline") : aggregation.format(),
                            s,
                            quiet);
            case "csv" -> new Listing.Csv(s, quiet);
            case "json" ->
                    new JsonListing(
                            s, quiet, puts() ? EnumSet.copyOf(grouped().keys()) : Listing.ofFlow());
            case "null" -> new Listing.Nothing();
            default ->
                    new Listing.Lines(
                            LineFormat.named(base)
                                    .orElseThrow(
                                            () -> new IllegalArgumentException("no such format")),
                            s,
                            quiet);
        };
    }

    Style style() {
        return Objects.requireNonNull(style);
    }

    Listing listing() {
        return Objects.requireNonNull(listing);
    }

    /// Whether flows are put together.
    boolean puts() {
        return aggregates || connections;
    }

    Grouped grouped() {
        return aggregation.grouped();
    }

    /// Says once what is printed though flow records do not have it.
    void tellMissing(List<Statistic> statistics, Env env) {
        boolean lists =
                statistics.isEmpty() || statistics.stream().anyMatch(s -> s.element().isRecord());
        List<String> missing = listing().missing();
        if (lists && !missing.isEmpty()) {
            env.tell("flow records do not have " + String.join(", ", missing) + ": 0 is printed");
        }
    }
}
