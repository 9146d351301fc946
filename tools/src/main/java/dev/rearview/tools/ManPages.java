package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.ManPage;
import dev.rearview.tools.kit.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes the man pages of all commands; man(1) finds them beside a `bin` that is on the PATH.
public final class ManPages {
    private ManPages() {}

    /// @param args the directory that gets a `man1`
    public static void main(String[] args) throws IOException {
        write(Path.of(args[0]).resolve("man1"));
    }

    static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Tool> tools = new ArrayList<>();
        for (String name : Tools.names()) {
            Tools.create(name, Env.ofProcess()).ifPresent(tools::add);
        }
        for (Tool t : tools) {
            Files.writeString(directory.resolve(t.name() + ".1"), ManPage.of(t));
        }
        Files.writeString(directory.resolve("rwflowcapd.1"), ".so man1/rwflowpack.1\n");
        Files.writeString(directory.resolve("rearview.1"), ManPage.overview(tools));
    }
}
