package dev.rearview.tools;

import dev.rearview.tools.kit.Completion;
import dev.rearview.tools.kit.ManPage;
import dev.rearview.tools.kit.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes what the option tables say for other programs: the man pages of all commands, which
/// man(1) finds beside a `bin` that is on the PATH, and completion for the shell.
public final class ManPages {
    private ManPages() {}

    /// @param args the directory that gets `man/man1` and `completion`
    public static void main(String[] args) throws IOException {
        Path home = Path.of(args[0]);
        write(home.resolve("man/man1"));
        Path completion = Files.createDirectories(home.resolve("completion"));
        Files.writeString(completion.resolve("rearview.bash"), Completion.bash(Tools.all()));
    }

    static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Tool> tools = Tools.all();
        for (Tool t : tools) {
            Files.writeString(directory.resolve(t.name() + ".1"), ManPage.of(t));
        }
        Files.writeString(directory.resolve("rwflowcapd.1"), ".so man1/rwflowpack.1\n");
        Files.writeString(directory.resolve("rearview.1"), ManPage.overview(tools));
    }
}
