package dev.rearview.kit.help;

import dev.rearview.kit.options.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the values of switches are made of that several commands have by the same name: words, or
/// what the site configuration names when the shell asks.
final class SharedValues {
    /// By the name of a switch: the lists of `rwsiteinfo --fields` that its value is made of.
    private static final Map<String, List<String>> OF_SITE =
            Map.ofEntries(
                    Map.entry("class", List.of("class")),
                    Map.entry("classes", List.of("class")),
                    Map.entry("type", List.of("type")),
                    Map.entry("types", List.of("type")),
                    Map.entry("flowtypes", List.of("class,type")),
                    Map.entry("incoming-flowtypes", List.of("class,type")),
                    Map.entry("outgoing-flowtypes", List.of("class,type")),
                    Map.entry("sensor", List.of("sensor")),
                    Map.entry("sensor-name", List.of("sensor")),
                    Map.entry("sensors", List.of("sensor", "group")),
                    Map.entry("groups", List.of("group")));

    private static final List<String> COUNTRIES =
            Arrays.stream(Locale.getISOCountries()).map(c -> c.toLowerCase(Locale.ROOT)).toList();

    private static final Map<String, List<String>> WORDS =
            Map.of("scc", COUNTRIES, "dcc", COUNTRIES, "any-cc", COUNTRIES);

    private SharedValues() {}

    /// The words that an option's value is made of; none if it is anything else.
    static List<String> words(Option option) {
        List<String> own = option.words().get();
        return own.isEmpty() ? WORDS.getOrDefault(option.name(), List.of()) : own;
    }

    /// Which lists of the site the value is made of.
    static List<String> siteFields(Option option) {
        return OF_SITE.getOrDefault(option.name(), List.of());
    }
}
