package dev.rearview.traffic.attack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a bad disk, a bad backup or a bad day does to a repository.
public final class Damage {
    private static final String STATE = ".rearview";
    private static final String MANIFEST = ".manifest";

    private Damage() {}

    /// Turns over one bit.
    ///
    /// @param bit number of the bit in the file, 0 the lowest of its first octet
    public static void flip(Path file, long bit) throws IOException {
        try (FileChannel channel = open(file)) {
            ByteBuffer octet = ByteBuffer.allocate(1);
            if (channel.read(octet, bit / 8) != 1) {
                throw new IOException(file + ": has no octet " + bit / 8);
            }
            octet.put(0, (byte) (octet.get(0) ^ 1 << bit % 8));
            channel.write(octet.rewind(), bit / 8);
        }
    }

    /// Overwrites what there is of a range with zeros.
    public static void zero(Path file, long offset, long length) throws IOException {
        try (FileChannel channel = open(file)) {
            int there = (int) Math.clamp(channel.size() - offset, 0, length);
            channel.write(ByteBuffer.allocate(there), offset);
        }
    }

    /// Cuts a file off.
    public static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = open(file)) {
            channel.truncate(size);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /// Removes one line of a text file.
    ///
    /// @param line its number, 0 the first
    public static void dropLine(Path file, int line) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
        lines.remove(line);
        Files.write(file, lines, StandardCharsets.UTF_8);
    }

    /// Leaves of a repository what a backup of its Parquet files holds: neither manifests nor
    /// journals, catalogs and ledger.
    public static void onlyParquet(Path root) throws IOException {
        for (Path file : files(root)) {
            boolean state = root.relativize(file).startsWith(STATE);
            if (state || file.toString().endsWith(MANIFEST)) {
                Files.delete(file);
            }
        }
    }

    /// Removes the manifests of all hours.
    public static void noManifests(Path root) throws IOException {
        for (Path file : files(root)) {
            if (file.toString().endsWith(MANIFEST)) {
                Files.delete(file);
            }
        }
    }

    /// Puts files into the journal directory that have no business there.
    public static void foreignJournals(Path root) throws IOException {
        Path journals = root.resolve(STATE).resolve("journal");
        Files.writeString(journals.resolve("README.journal"), "not a journal\n");
        Files.writeString(journals.resolve("zzzzzzzzzzzzzzzz.journal"), "");
        Files.writeString(journals.resolve("lost+found"), "");
        Files.createDirectories(journals.resolve("0000000000000001.journal"));
        Files.write(journals.resolve("ffffffffffffffff.journal"), new byte[100]);
    }

    /// The regular files below a directory, in order of their names.
    public static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root, new FileVisitOption[0])) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// `flip FILE BIT`, `zero FILE OFFSET LENGTH`, `cut FILE SIZE`, `drop-line FILE LINE`,
    /// `only-parquet ROOT`, `no-manifests ROOT`, `foreign-journals ROOT`.
    static void run(List<String> words) throws IOException {
        Path path = Path.of(words.get(1));
        switch (words.getFirst()) {
            case "flip" -> flip(path, Long.parseLong(words.get(2)));
            case "zero" -> zero(path, Long.parseLong(words.get(2)), Long.parseLong(words.get(3)));
            case "cut" -> cut(path, Long.parseLong(words.get(2)));
            case "drop-line" -> dropLine(path, Integer.parseInt(words.get(2)));
            case "only-parquet" -> onlyParquet(path);
            case "no-manifests" -> noManifests(path);
            case "foreign-journals" -> foreignJournals(path);
            default -> throw new IllegalArgumentException("no damage " + words.getFirst());
        }
    }
}
