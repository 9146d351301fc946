package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.dist.Sources.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What CONTRIBUTING says of the sources' form, and that the documentation tells what is there.
/// `tidy-exceptions.txt` lists what breaks a rule for a reason, `tidy-not-yet.txt` what still has
/// to be mended; both may only shrink.
class TidyTest {
    private static final Path ROOT = root();
    private static final int MOST_EXCEPTIONS = 12;
    private static final int MOST_LINES = 800;
    private static final int MOST_LINES_OF_A_METHOD = 70;
    private static final int MOST_PARAMETERS = 6;
    private static final int MOST_FILES_OF_A_PACKAGE = 25;

    /// Packages of the JDK whose types the documentation names.
    private static final List<String> JDK = List.of("java.lang.", "java.util.", "java.nio.file.");

    private static final Sources SOURCES = sources();

    private final Allowances allowances;

    TidyTest() throws IOException {
        Path resources = ROOT.resolve("dist/src/test/resources");
        allowances =
                Allowances.of(
                        resources.resolve("tidy-exceptions.txt"),
                        resources.resolve("tidy-not-yet.txt"));
    }

    private static Path root() {
        try {
            return Shell.ROOT.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sources sources() {
        try {
            return Sources.of(ROOT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Sources -----------------------------------------------------------------------------------

    @Test
    void thereAreSources() {
        assertThat(SOURCES.main()).hasSizeGreaterThan(400);
        assertThat(types()).contains("FlowRecord", "TidyTest");
    }

    @Test
    void filesAreShort() {
        Map<String, Integer> found = new TreeMap<>();
        for (SourceFile f : SOURCES.files()) {
            note(found, f.name(), f.lines(), MOST_LINES);
        }
        allowances.check("file", found);
    }

    @Test
    void methodsAreShort() {
        allowances.check(
                "method", methods(SOURCES.files(), Sources.Method::lines, MOST_LINES_OF_A_METHOD));
    }

    /// Those of constructors and of records' headers too.
    @Test
    void parametersAreFew() {
        allowances.check(
                "parameters", methods(SOURCES.main(), Sources.Method::parameters, MOST_PARAMETERS));
    }

    @Test
    void publicTypesSayWhatTheyAre() {
        Map<String, Integer> found = new TreeMap<>();
        for (SourceFile f : SOURCES.main()) {
            for (Sources.Type t : f.types()) {
                if (t.isPublic() && !t.isDocumented()) {
                    found.put(t.name(), 1);
                }
            }
        }
        allowances.check("documented", found);
    }

    @Test
    void packagesAreSmall() {
        Map<String, Integer> found = new TreeMap<>();
        packages()
                .forEach((name, files) -> note(found, name, files.size(), MOST_FILES_OF_A_PACKAGE));
        allowances.check("package", found);
    }

    /// Each package says something of its own; commands that it names are its own, too.
    @Test
    void packagesSayWhatIsInThem() {
        Map<String, String> seen = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        packages()
                .forEach((name, files) -> {
                    String doc =
                            files.stream()
                                    .flatMap(f -> f.packageDoc().stream())
                                    .findFirst()
                                    .orElse("")
                                    .strip();
                    if (doc.isEmpty()) {
                        wrong.add(name + " says nothing");
                        return;
                    }
                    String other = seen.put(doc, name);
                    if (other != null) {
                        wrong.add(name + " says what " + other + " says");
                    }
                    Set<String> own =
                            files.stream()
                                    .map(f -> f.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.toSet());
                    commands(doc)
                            .filter(c -> !own.contains(c + ".java"))
                            .forEach(c -> wrong.add(name + " names " + c));
                });
        assertThat(wrong).isEmpty();
    }

    private static Stream<String> commands(String doc) {
        return Pattern.compile("\\brw[a-z0-9]+\\b").matcher(doc).results().map(MatchResult::group);
    }

    @Test
    void exceptionsAreFewAndHaveReasons() throws IOException {
        List<String> lines =
                Files.readAllLines(ROOT.resolve("dist/src/test/resources/tidy-exceptions.txt"));
        List<String> entries =
                lines.stream().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
        assertThat(entries).hasSizeLessThanOrEqualTo(MOST_EXCEPTIONS);
        assertThat(entries).allMatch(e -> e.matches("\\w+ \\S+ \\d+ # .{20,}"));
    }

    private static Map<String, Integer> methods(
            List<SourceFile> files, ToIntFunction<Sources.Method> size, int most) {
        Map<String, Integer> found = new TreeMap<>();
        for (SourceFile f : files) {
            for (Sources.Type t : f.types()) {
                t.methods().forEach(m -> note(found, m.name(), size.applyAsInt(m), most));
            }
        }
        return found;
    }

    private static void note(Map<String, Integer> found, String name, int size, int most) {
        if (size > most) {
            found.merge(name, size, Math::max);
        }
    }

    private static Map<String, List<SourceFile>> packages() {
        return SOURCES.main().stream()
                .collect(
                        Collectors.groupingBy(
                                SourceFile::packageName, TreeMap::new, Collectors.toList()));
    }

    private static Set<String> types() {
        return SOURCES.files().stream()
                .flatMap(f -> f.types().stream())
                .map(t -> simple(t.name()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    // Documentation -----------------------------------------------------------------------------

    /// What tells of the inside: readers of the other pages do not look into the sources.
    private static List<Path> pages() throws IOException {
        List<Path> out = new ArrayList<>();
        out.add(ROOT.resolve("README.md"));
        out.add(ROOT.resolve("CONTRIBUTING.md"));
        for (String directory : List.of("docs/internals", "docs/adr")) {
            try (Stream<Path> all = Files.list(ROOT.resolve(directory))) {
                all.filter(p -> p.toString().endsWith(".md")).sorted().forEach(out::add);
            }
        }
        return out;
    }

    /// Words in the type of code, outside of blocks.
    private static List<String> code(Path page) throws IOException {
        String text = Files.readString(page).replaceAll("(?s)```.*?```", "");
        return Pattern.compile("`([^`\n]+)`").matcher(text).results().map(m -> m.group(1)).toList();
    }

    /// `Type`, `Type.java` and `Type.member` are types of ours, or of the JDK.
    @Test
    void pagesNameTypesThatExist() throws IOException {
        Pattern name = Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*))?(?:\\(\\))?");
        Set<String> wrong = new TreeSet<>();
        for (Path page : pages()) {
            for (String word : code(page)) {
                Matcher m = name.matcher(word);
                boolean isFile = word.endsWith(".java");
                if (m.matches() && !isType(m.group(1), isFile ? null : m.group(2))) {
                    wrong.add(page.getFileName() + ": " + word);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isType(String type, @Nullable String member) {
        for (String jdk : JDK) {
            try {
                Class.forName(jdk + type, false, null);
                return true;
            } catch (ClassNotFoundException e) {
                // The next package, or ours.
            }
        }
        return SOURCES.files().stream()
                .flatMap(f -> f.types().stream())
                .anyMatch(t ->
                        simple(t.name()).equals(type)
                                && (member == null || t.members().contains(member)));
    }

    /// Paths that begin with a directory of the repository lead to something; `...` stands for any
    /// directories, and NAME, RwName and rwname for what a reader adds.
    @Test
    void pagesNameFilesThatExist() throws IOException {
        Pattern path = Pattern.compile("(\\.?[\\w-]+)/[\\w./-]*");
        Set<String> wrong = new TreeSet<>();
        for (Path page : pages()) {
            for (String word : code(page)) {
                Matcher m = path.matcher(word);
                if (m.matches()
                        && Files.isDirectory(ROOT.resolve(m.group(1)))
                        && !word.matches(".*(NAME|RwName|rwname).*")
                        && !exists(word)) {
                    wrong.add(page.getFileName() + ": " + word);
                }
            }
            Matcher link =
                    Pattern.compile("\\]\\(([^)#]+)[^)]*\\)").matcher(Files.readString(page));
            while (link.find()) {
                String to = link.group(1);
                if (!to.startsWith("http") && !Files.exists(page.resolveSibling(to))) {
                    wrong.add(page.getFileName() + ": " + to);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean exists(String path) throws IOException {
        int any = path.indexOf("/...");
        if (any < 0) {
            return Files.exists(ROOT.resolve(path));
        }
        String end = path.substring(any + 4).replaceAll("/$", "");
        try (Stream<Path> all = Files.walk(ROOT.resolve(path.substring(0, any)))) {
            return all.anyMatch(
                    p -> p.toString().endsWith(end) && !p.toString().contains("/target/"));
        }
    }

    /// Names of the machine that something was written on, and of servers that its libraries came
    /// from.
    @Test
    void nothingNamesAMachine() throws IOException {
        // In two parts, since this file is looked through, too.
        Pattern machine =
                Pattern.compile(
                        "/wo"
                                + "rk/|/ro"
                                + "ot/|/Us"
                                + "ers/|repo1?\\.ma"
                                + "ven|ma"
                                + "ven\\.org"
                                + "|npm"
                                + "js\\.|pypi\\.o"
                                + "rg|crates\\.i"
                                + "o|proxy\\.go"
                                + "lang");
        Set<String> wrong = new TreeSet<>();
        for (Path file : texts()) {
            Matcher m = machine.matcher(Files.readString(file));
            if (m.find()) {
                wrong.add(ROOT.relativize(file) + ": " + m.group());
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<Path> texts() throws IOException {
        List<Path> out = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ROOT)) {
            all.filter(Files::isRegularFile)
                    .filter(p ->
                            !ROOT.relativize(p)
                                    .toString()
                                    .matches("(.*/)?(target|\\.git|man|completion)/.*"))
                    .filter(p -> p.toString().matches(".*(\\.(java|md|xml|txt|sh)|/rearview|/run)"))
                    .forEach(out::add);
        }
        assertThat(out).hasSizeGreaterThan(600);
        return out;
    }
}
