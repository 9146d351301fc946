package dev.rearview.kit.files;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.options.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Comma lists whose items may come from files.
public final class ListFiles {
    private ListFiles() {}

    /// Splits a list; an item `@PATH` stands for the items in a file, `@@` for a literal `@`.
    public static List<String> items(Env env, String list, String name) {
        List<String> out = new ArrayList<>();
        int at = 0;
        while (at < list.length()) {
            if (list.charAt(at) == '@' && at + 1 < list.length() && list.charAt(at + 1) != ',') {
                StringBuilder path = new StringBuilder();
                at++;
                while (at < list.length() && !(list.charAt(at) == ',' && !escaped(list, at))) {
                    if (list.charAt(at) == '@'
                            && at + 1 < list.length()
                            && (list.charAt(at + 1) == '@' || list.charAt(at + 1) == ',')) {
                        at++;
                    }
                    path.append(list.charAt(at++));
                }
                out.addAll(fileItems(env, path.toString(), name));
            } else {
                int comma = list.indexOf(',', at);
                int to = comma < 0 ? list.length() : comma;
                if (to > at) {
                    out.add(list.substring(at, to));
                }
                at = to;
            }
            at++;
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --" + name + ": empty list");
        }
        return out;
    }

    private static boolean escaped(String list, int at) {
        return list.charAt(at - 1) == '@' && at >= 2 && list.charAt(at - 2) != '@';
    }

    /// The names in a file, which are separated by commas and ends of lines only.
    private static List<String> fileItems(Env env, String path, String name) {
        List<String> out = new ArrayList<>();
        try (BufferedReader reader = InputFiles.lines(env, path, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String text = InputFiles.withoutComment(line);
                for (String part : text.split(",", -1)) {
                    String item = part.strip();
                    if (item.startsWith("@")) {
                        throw new ToolException(
                                "invalid --" + name + ": " + path + " names another file");
                    }
                    if (!item.isEmpty()) {
                        out.add(item);
                    }
                }
            }
        } catch (IOException e) {
            throw new ToolException("invalid --" + name + ": " + Runner.describe(e));
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --" + name + ": " + path + " holds no name");
        }
        return out;
    }
}
