package dev.rearview.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A line of shell, and what real SiLK gave for it.
///
/// @param tool name of the file that it stands in: a command, or `pipelines`
/// @param environment variables beside the usual ones
/// @param note what it shows
record GoldenCase(
        String id,
        String tool,
        String command,
        Map<String, String> environment,
        Expected expected,
        String note) {
    /// What is compared.
    ///
    /// @param stdout octets that are no UTF-8 as `\xNN`, directories as `$DATA` and `$TMP`
    record Expected(int exit, String stdout) {}

    /// The cases of a corpus, in the order of its files.
    ///
    /// @param corpus directory with `cases/TOOL.jsonl`
    static List<GoldenCase> of(Path corpus) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(corpus.resolve("cases"))) {
            files = all.filter(p -> p.toString().endsWith(".jsonl")).sorted().toList();
        }
        ObjectMapper json = new ObjectMapper();
        List<GoldenCase> out = new ArrayList<>();
        for (Path file : files) {
            String tool = file.getFileName().toString().replace(".jsonl", "");
            for (String line : Files.readAllLines(file)) {
                out.add(of(corpus, tool, json.readTree(line)));
            }
        }
        return out;
    }

    private static GoldenCase of(Path corpus, String tool, JsonNode line) throws IOException {
        String stdout =
                line.has("stdout_file")
                        ? Files.readString(corpus.resolve(line.path("stdout_file").asText()))
                        : line.path("stdout").asText();
        Map<String, String> environment = new LinkedHashMap<>();
        line.path("env")
                .properties()
                .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
        return new GoldenCase(
                line.path("id").asText(),
                tool,
                line.path("cmd").asText(),
                environment,
                new Expected(line.path("exit").asInt(), stdout),
                line.path("note").asText());
    }
}
