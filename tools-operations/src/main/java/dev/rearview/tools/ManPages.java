package dev.rearview.tools;

import dev.rearview.kit.command.Tool;
import dev.rearview.kit.help.Completion;
import dev.rearview.kit.help.FormatPage;
import dev.rearview.kit.help.ManPage;
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

    /// @param args the directory that has `docs` and gets `man` and `completion`
    public static void main(String[] args) throws IOException {
        Path home = Path.of(args[0]);
        commands(home.resolve("man/man1"));
        formats(home.resolve("docs/reference"), home.resolve("man/man5"));
        Path directory = Files.createDirectories(home.resolve("completion"));
        Completion completion = new Completion(Tools.byName());
        Files.writeString(directory.resolve("rearview.bash"), completion.bash());
        Files.writeString(directory.resolve("_rearview"), completion.zsh());
        Files.writeString(directory.resolve("rearview.fish"), completion.fish());
    }

    /// Section 1.
    static void commands(Path directory) throws IOException {
        clear(directory);
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
        clear(directory);
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
    private static void clear(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> old = Files.newDirectoryStream(directory, "*.[15]")) {
            for (Path page : old) {
                Files.delete(page);
            }
        }
    }
}
