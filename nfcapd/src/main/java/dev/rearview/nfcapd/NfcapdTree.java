package dev.rearview.nfcapd;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The files that a collector keeps in a directory and those below it, by the order of their paths,
/// which is that of time.
public final class NfcapdTree implements FlowSource {
    /// Files of a tree at most: five years of one every five minutes are half of that.
    private static final int MAX_FILES = 1 << 20;

    /// Levels of directories: the deepest hierarchy of a collector has five, below one for each
    /// exporter.
    private static final int MAX_DEPTH = 16;

    private final List<Path> files;
    private final Opener opener;
    private final AtomicInteger next;
    private @Nullable NfcapdReader current;

    /// Opens a file.
    public interface Opener {
        InputStream open(Path file) throws IOException;
    }

    private NfcapdTree(List<Path> files, Opener opener, AtomicInteger next) {
        this.files = files;
        this.opener = opener;
        this.next = next;
    }

    /// The files of a list, one after the other.
    public static NfcapdTree of(List<Path> files, Opener opener) {
        return new NfcapdTree(List.copyOf(files), opener, new AtomicInteger());
    }

    /// The files of a directory and those below it: all that are named `nfcapd.` and a time.
    ///
    /// @throws IOException if a directory cannot be read, or there are too many files
    public static List<Path> list(Path directory) throws IOException {
        List<Path> out = new ArrayList<>();
        Files.walkFileTree(
                directory,
                EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                MAX_DEPTH,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        if (a.isRegularFile() && isName(String.valueOf(file.getFileName()))) {
                            if (out.size() == MAX_FILES) {
                                throw new IOException(
                                        directory + ": more than " + MAX_FILES + " files");
                            }
                            out.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Collections.sort(out);
        return out;
    }

    /// Whether a name is `nfcapd.` and the digits of a time.
    public static boolean isName(String name) {
        int digits = name.length() - "nfcapd.".length();
        if (!name.startsWith("nfcapd.") || digits < 12 || digits > 14) {
            return false;
        }
        for (int i = "nfcapd.".length(); i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        while (true) {
            NfcapdReader file = current;
            if (file == null) {
                int index = next.getAndIncrement();
                if (index >= files.size()) {
                    return null;
                }
                Path path = files.get(index);
                file = NfcapdReader.open(opener.open(path), path.toString());
                current = file;
            }
            FlowBatch batch = file.next();
            if (batch != null) {
                return batch;
            }
            current = null;
            file.close();
        }
    }

    /// Each lane reads other files.
    @Override
    public List<FlowSource> lanes(int most) {
        List<FlowSource> out = new ArrayList<>();
        out.add(this);
        while (out.size() < Math.min(most, files.size())) {
            out.add(new NfcapdTree(files, opener, next));
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
        }
    }
}
