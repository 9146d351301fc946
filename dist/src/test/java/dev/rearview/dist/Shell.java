package dev.rearview.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs the product's commands as a user would; without a resident engine, whoever has one running,
/// unless the environment says so.
record Shell(Path directory, Map<String, String> environment) {
    static final Path ROOT = Path.of(System.getProperty("rearview.root", "..")).toAbsolutePath();

    record Result(int exit, String out, String err) {}

    /// Starts a command of `bin/`; its output goes to files in the directory.
    Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command));
        builder.directory(directory.toFile());
        builder.environment().put("REARVIEW_ENGINE", "off");
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", ROOT.resolve("bin") + ":", (path, bin) -> bin + path);
        builder.redirectOutput(directory.resolve("stdout").toFile());
        builder.redirectError(directory.resolve("stderr").toFile());
        return builder.start();
    }

    /// Runs a line of shell to its end.
    Result run(String line) throws IOException, InterruptedException {
        int exit = start("sh", "-c", line).waitFor();
        return new Result(
                exit,
                Files.readString(directory.resolve("stdout"), StandardCharsets.UTF_8),
                Files.readString(directory.resolve("stderr"), StandardCharsets.UTF_8));
    }
}
