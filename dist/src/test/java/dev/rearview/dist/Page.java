package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A page of documentation: its fenced blocks, in order. What is done with a block stands in its
/// fence:
///
/// | fence | |
/// |---|---|
/// | `sh` | runs; ends with 0 and prints nothing to standard error |
/// | `sh rows` | prints a title and at least one row, too |
/// | `sh exit=N` | ends with N |
/// | `sh exporter` | stands for an exporter of the reader's: the test sends traffic instead |
/// | `sh norun: WHY` | is not run |
/// | `conf FILE` | is a file of the reader's, written as it stands |
/// | `text output` | is what the block before prints, `...` standing for anything |
/// | `text` | is to be read only, such as the commands of a router |
///
/// @param name the page's path in the repository
record Page(String name, List<Block> blocks) {
    /// @param line of its fence, from 1
    /// @param info what stands in the fence behind the language
    record Block(int line, String language, String info, String text) {
        boolean isShell() {
            return language.equals("sh");
        }

        boolean isRun() {
            return isShell() && !info.startsWith("norun:") && !info.startsWith("exporter");
        }

        boolean isExporter() {
            return isShell() && info.startsWith("exporter");
        }

        boolean printsRows() {
            return isRun() && info.contains("rows");
        }

        boolean isOutput() {
            return language.equals("text") && info.equals("output");
        }

        int exit() {
            return info.startsWith("exit=") ? Integer.parseInt(info.substring(5)) : 0;
        }

        void check(String page) {
            String known =
                    switch (language) {
                        case "sh" -> "(rows|exit=[0-9]+|exporter|norun: .{8,})?";
                        case "conf" -> "[^ ]+";
                        case "text" -> "(output)?";
                        default -> "no such language";
                    };
            String where = page + ":" + line;
            assertThat(info).as(where + ": fence " + language).matches(known);
            // Between the two the test puts in ports that are free.
            assertThat(isRun() && text.contains("rearview init") && text.contains("--pidfile"))
                    .as(where + ": makes a configuration and starts a collector in one block")
                    .isFalse();
        }
    }

    /// README and the how-to's.
    static List<Page> all() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Shell.ROOT.resolve("README.md")));
        try (Stream<Path> pages = Files.list(Shell.ROOT.resolve("docs/how-to"))) {
            pages.filter(p -> p.toString().endsWith(".md")).sorted().forEach(files::add);
        }
        List<Page> out = new ArrayList<>();
        for (Path file : files) {
            out.add(read(file));
        }
        return out;
    }

    static Page read(Path file) throws IOException {
        String name = Shell.ROOT.relativize(file).toString();
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            // A block that is only indented would never run.
            assertThat(line).as(name + ":" + (i + 1)).doesNotStartWith("    ");
            if (!line.startsWith("```")) {
                continue;
            }
            int first = i + 1;
            StringBuilder text = new StringBuilder();
            for (i++; !lines.get(i).equals("```"); i++) {
                text.append(lines.get(i)).append('\n');
            }
            String fence = line.substring(3).strip();
            String language = fence.split(" ", -1)[0];
            String info = fence.substring(language.length()).strip();
            blocks.add(new Block(first, language, info, text.toString()));
        }
        return new Page(name, List.copyOf(blocks));
    }

    /// Whether the page makes a repository of its own.
    boolean makesRepository() {
        return blocks.stream().anyMatch(b -> b.isRun() && b.text().contains("rearview init"));
    }
}
