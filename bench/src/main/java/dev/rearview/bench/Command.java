package dev.rearview.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A whole process, measured.
final class Command {
    private static final Path TIME = Path.of("/usr/bin/time");

    /// What one run took.
    ///
    /// @param cpu seconds of user and system time of it and its children, -1 if unknown
    /// @param peakKb largest resident set of one process, -1 if unknown
    record Run(double seconds, double cpu, long peakKb, String out) {}

    private Command() {}

    /// Runs a line of bash.
    ///
    /// @throws IOException if it fails, with what it printed
    static Run run(String line, Map<String, String> variables) throws IOException {
        Path out = Files.createTempFile("bench-", ".out");
        Path err = Files.createTempFile("bench-", ".err");
        Path usage = Files.createTempFile("bench-", ".time");
        try {
            List<String> command = new ArrayList<>();
            boolean timed = Files.isExecutable(TIME);
            if (timed) {
                command.addAll(List.of(TIME.toString(), "-f", "%U %S %M", "-o", usage.toString()));
            }
            command.addAll(List.of("bash", "-c", line));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(variables);
            builder.redirectOutput(out.toFile()).redirectError(err.toFile());
            long start = System.nanoTime();
            int status = builder.start().waitFor();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (status != 0) {
                throw new IOException(line + ": exit " + status + ": " + Files.readString(err));
            }
            double cpu = -1;
            long peak = -1;
            if (timed) {
                String[] parts = Files.readString(usage).strip().split("\\s+", -1);
                cpu = Double.parseDouble(parts[0]) + Double.parseDouble(parts[1]);
                peak = Long.parseLong(parts[2]);
            }
            return new Run(seconds, cpu, peak, Files.readString(out, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(out);
            Files.delete(err);
            Files.delete(usage);
        }
    }

    /// Whether a program is on the path.
    static boolean exists(String program) {
        try {
            return new ProcessBuilder("sh", "-c", "command -v " + program + " >/dev/null")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
