package dev.rearview.tools.nfdump;

import dev.rearview.testkit.Workbench;
import dev.rearview.text.ShellWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What Debian's nfdump prints of the files in `testdata/nfcapd`, recorded there.
///
/// @param arguments as a shell has them, with names in the place of files
/// @param output without what differs from run to run
record Recorded(String arguments, String output) {
    private static final Path DIRECTORY =
            Path.of(System.getProperty("rearview.root", ".."))
                    .resolve("testdata/nfcapd")
                    .toAbsolutePath()
                    .normalize();

    static List<Recorded> all() throws IOException {
        List<Recorded> out = new ArrayList<>();
        String text = Files.readString(DIRECTORY.resolve("nfdump-1.7.1.txt"));
        for (String part : text.substring(4).split("(?m)^### ", -1)) {
            int end = part.indexOf('\n');
            out.add(new Recorded(part.substring(0, end), part.substring(end + 1)));
        }
        return out;
    }

    static String file(String name) {
        return DIRECTORY.resolve(name).toString();
    }

    /// The words of the command line.
    List<String> words() {
        return ShellWords.command(
                arguments
                        .replace("FLOWS", file("nfcapd.202311142210"))
                        .replace("PROTOCOLS", file("protocols"))
                        .replace("LAYOUT1", file("layout1"))
                        .replace("ELEMENTS", file("elements")));
    }

    /// What `rearview nfdump` prints.
    String ours(Workbench bench) {
        List<String> line = new ArrayList<>();
        line.add("nfdump");
        line.addAll(words());
        return comparable(bench.run(line.toArray(String[]::new)).out());
    }

    /// Text without octets read and times used.
    static String comparable(String text) {
        return text.replaceAll("Bytes read: \\d+", "Bytes read: -")
                .replaceAll("(?m)^Sys: .*\\n", "");
    }
}
