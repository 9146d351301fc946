package dev.rearview.kit.options;

import dev.rearview.text.Nearest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The option table of a command: parsing, help and man page come from it.
///
/// Switches are long, with one or two dashes, may be abbreviated to a unique prefix, and may stand
/// anywhere before `--`.
public final class Options {
    private final List<Option> options = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private List<String> arguments = List.of();
    private boolean letters;

    public List<Option> all() {
        return List.copyOf(options);
    }

    /// Says that a word behind one dash is made of switches of one letter, as with getopt: several
    /// that take no value may stand together, and a value may follow its letter at once.
    public void letters() {
        letters = true;
    }

    /// Has something checked when all switches are known, before the command runs.
    ///
    /// @param check throws a [ToolException] where something is wrong
    public void afterwards(Runnable check) {
        checks.add(check);
    }

    /// Makes the checks that are to be made when all switches are known.
    public void check() {
        checks.forEach(Runnable::run);
    }

    /// The words of the command line behind the command's name.
    public List<String> arguments() {
        return arguments;
    }

    public Options flag(String name, String help, Runnable action) {
        options.add(new Option(name, Option.Argument.NONE, "", help, value -> action.run()));
        return this;
    }

    public Options value(String name, String placeholder, String help, Consumer<String> action) {
        options.add(new Option(name, Option.Argument.REQUIRED, placeholder, help, action));
        return this;
    }

    /// A switch whose value may be left out; the action then gets an empty string.
    public Options optional(String name, String placeholder, String help, Consumer<String> action) {
        options.add(new Option(name, Option.Argument.OPTIONAL, placeholder, help, action));
        return this;
    }

    /// Says that the value of the switch declared last may be left out, but not be empty.
    public Options notEmpty() {
        return changeLast(o -> o.with(Option.Rule.NOT_EMPTY));
    }

    /// Says that the switch declared last may be given once, by whichever of its names.
    public Options once() {
        return changeLast(o -> o.with(Option.Rule.ONCE));
    }

    /// Says what the value of the switch declared last is made of: one of the words, or some of
    /// them with commas between.
    public Options words(Supplier<List<String>> words) {
        return changeLast(o -> o.withWords(words));
    }

    /// Another name of a switch declared before; an abbreviation of both is not ambiguous.
    public Options alias(String name, String of) {
        Option known = options.stream().filter(o -> o.name().equals(of)).findFirst().orElseThrow();
        options.add(known.alias(name));
        return this;
    }

    /// Says that the switch declared last has to be given in full: SiLK's command does not have it,
    /// and an abbreviation that a script uses must not become ambiguous.
    public Options inFull() {
        return changeLast(o -> o.with(Option.Rule.IN_FULL));
    }

    private Options changeLast(UnaryOperator<Option> change) {
        options.add(change.apply(options.removeLast()));
        return this;
    }

    /// Parses arguments and calls the actions in order.
    ///
    /// @return the operands
    /// @throws ToolException naming the faulty switch
    public List<String> parse(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
        List<String> operands = new ArrayList<>();
        Set<Consumer<String>> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals("--")) {
                operands.addAll(arguments.subList(i + 1, arguments.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                operands.add(word);
                continue;
            }
            if (letters && !word.startsWith("--")) {
                i = parseLetters(word, i);
                continue;
            }
            String text = word.substring(word.startsWith("--") ? 2 : 1);
            int equals = text.indexOf('=');
            Option option = find(equals < 0 ? text : text.substring(0, equals));
            if (!given.add(option.action()) && option.has(Option.Rule.ONCE)) {
                throw new ToolException("--" + option.name() + " is given twice");
            }
            String value = equals < 0 ? "" : text.substring(equals + 1);
            switch (option.argument()) {
                case NONE -> {
                    if (equals >= 0) {
                        throw new ToolException("--" + option.name() + " takes no value");
                    }
                }
                case REQUIRED -> {
                    if (equals < 0) {
                        if (i + 1 >= arguments.size()) {
                            throw new ToolException(
                                    "--"
                                            + option.name()
                                            + " needs a value: "
                                            + option.placeholder());
                        }
                        value = arguments.get(++i);
                    }
                }
                case OPTIONAL -> {
                    if (equals >= 0 && value.isEmpty() && option.has(Option.Rule.NOT_EMPTY)) {
                        throw new ToolException("--" + option.name() + " has an empty value");
                    }
                }
            }
            apply(option, value);
        }
        return operands;
    }

    /// @param at place of the word
    /// @return place of the last word that was taken
    private int parseLetters(String word, int at) {
        for (int i = 1; i < word.length(); i++) {
            Option option = letter(word.substring(i, i + 1));
            if (option.argument() == Option.Argument.NONE) {
                apply(option, "");
                continue;
            }
            if (i + 1 < word.length()) {
                apply(option, word.substring(i + 1));
                return at;
            }
            if (at + 1 == arguments.size()) {
                throw new ToolException(
                        "-" + option.name() + " needs a value: " + option.placeholder());
            }
            apply(option, arguments.get(at + 1));
            return at + 1;
        }
        return at;
    }

    /// The switch of a letter, which abbreviates no other but `--help` and `--version`.
    private Option letter(String name) {
        return switch (name) {
            case "h" -> find("help");
            case "V" -> find("version");
            default ->
                    options.stream()
                            .filter(o -> o.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> new ToolException("unknown switch '-" + name + "'"));
        };
    }

    private static void apply(Option option, String value) {
        try {
            option.action().accept(value);
        } catch (IllegalArgumentException e) {
            throw new ToolException(
                    "invalid " + option.dashed() + " '" + value + "': " + e.getMessage());
        }
    }

    @SuppressWarnings("ReferenceEquality") // Names with one action are aliases.
    private Option find(String name) {
        Option found = null;
        List<String> candidates = new ArrayList<>();
        for (Option option : options) {
            if (option.name().equals(name)) {
                return option;
            }
            if (option.has(Option.Rule.IN_FULL)) {
                continue;
            }
            boolean another = found == null || found.action() != option.action();
            if (option.name().startsWith(name) && another) {
                candidates.add("--" + option.name());
                found = option;
            }
        }
        if (found == null || name.isEmpty()) {
            throw new ToolException(
                    Nearest.unknown(
                            "switch",
                            "--" + name,
                            options.stream().map(o -> "--" + o.name()).toList()));
        }
        if (candidates.size() > 1) {
            throw new ToolException(
                    "switch '--" + name + "' is ambiguous: " + String.join(", ", candidates));
        }
        return found;
    }
}
