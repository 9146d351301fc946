package dev.rearview.tools;

import dev.rearview.kit.command.Tool;
import dev.rearview.kit.help.Completion;
import dev.rearview.kit.help.FormatPage;
import dev.rearview.kit.help.ManPage;
import dev.rearview.kit.help.ReferencePage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes what the option tables and the reference say for other programs: the man pages of all
/// commands and configuration files, which man(1) finds beside a `bin` that is on the PATH, and
/// completion for the shells.
public final class ManPages {
    private ManPages() {}

    /// @param args the directory that has `docs` and gets `man` and `completion`; with `reference`
    ///   behind it the pages of commands in `docs/reference/commands` are written instead
    public static void main(String[] args) throws IOException {
        Path home = Path.of(args[0]);
        if (args.length > 1 && args[1].equals("reference")) {
            reference(home.resolve("docs/reference/commands"));
            return;
        }
        commands(home.resolve("man/man1"));
        formats(home.resolve("docs/reference"), home.resolve("man/man5"));
        Path directory = Files.createDirectories(home.resolve("completion"));
        Completion completion = new Completion(Tools.byName());
        Files.writeString(directory.resolve("rearview.bash"), completion.bash());
        Files.writeString(directory.resolve("_rearview"), completion.zsh());
        Files.writeString(directory.resolve("rearview.fish"), completion.fish());
    }

    /// The reference's pages of commands.
    static void reference(Path directory) throws IOException {
        clear(directory, "*.md");
        List<Tool> tools = Tools.all();
        for (Tool t : tools) {
            Files.writeString(directory.resolve(t.page() + ".md"), ReferencePage.of(t));
        }
        Files.writeString(directory.resolve("README.md"), ReferencePage.index(tools));
    }

    /// Section 1.
    static void commands(Path directory) throws IOException {
        clear(directory, "*.[15]");
        List<Tool> tools = Tools.all();
        for (Tool t : tools) {
            Files.writeString(directory.resolve(t.page() + ".1"), ManPage.of(t));
        }
        for (Map.Entry<String, String> other : Tools.OTHER_NAMES.entrySet()) {
            String link = ".so man1/" + other.getValue() + ".1\n";
            Files.writeString(directory.resolve(other.getKey() + ".1"), link);
        }
        Files.writeString(directory.resolve("rearview.1"), ManPage.overview(tools));
    }

    /// Section 5: every `NAME.conf.md` of the reference.
    static void formats(Path reference, Path directory) throws IOException {
        clear(directory, "*.[15]");
        try (DirectoryStream<Path> pages = Files.newDirectoryStream(reference, "*.conf.md")) {
            for (Path page : pages) {
                String file = page.getFileName().toString();
                String name = file.substring(0, file.length() - ".md".length());
                String text = FormatPage.of(name, Files.readAllLines(page));
                Files.writeString(directory.resolve(name + ".5"), text);
            }
        }
    }

    /// Pages of commands that there were in an earlier build must not stay.
    private static void clear(Path directory, String pages) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, pages)) {
            for (Path page : old) {
                Files.delete(page);
            }
        }
    }
}
