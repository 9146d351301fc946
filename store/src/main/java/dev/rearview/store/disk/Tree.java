package dev.rearview.store.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/// Walks a tree in which others make and remove files meanwhile, directory by directory, without
/// following links.
public final class Tree {
    private final Deque<Path> waiting;
    private final Predicate<Path> leaveOut;
    private final List<Path> links = new ArrayList<>();

    /// @param leaveOut directories that are not entered
    public Tree(Path root, Predicate<Path> leaveOut) {
        this.waiting = new ArrayDeque<>(List.of(root));
        this.leaveOut = leaveOut;
    }

    /// Takes the directories of a tree.
    @FunctionalInterface
    public interface Visitor {
        /// @param files regular files of the directory, by name; some may be gone by now
        void visit(Path directory, List<Path> files) throws IOException;
    }

    /// Visits all directories.
    ///
    /// @param leaveOut directories that are not entered
    /// @param failures gets what cannot be read
    public static void walk(Path root, Predicate<Path> leaveOut, Failures failures, Visitor visitor)
            throws IOException {
        Tree tree = new Tree(root, leaveOut);
        while (tree.next(failures, visitor)) {}
    }

    /// Visits one directory.
    ///
    /// @return false if there are none left
    public boolean next(Failures failures, Visitor visitor) throws IOException {
        Path directory = waiting.poll();
        if (directory == null) {
            return false;
        }
        List<Path> files = new ArrayList<>();
        List<Path> below = new ArrayList<>();
        try {
            list(directory, files, below);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return true;
        } catch (IOException e) {
            failures.add(e);
        }
        files.sort(null);
        below.sort(null);
        visitor.visit(directory, files);
        below.stream().filter(leaveOut.negate()).toList().reversed().forEach(waiting::push);
        return true;
    }

    /// Links to directories that were not followed so far.
    public List<Path> links() {
        return links;
    }

    private void list(Path directory, List<Path> files, List<Path> below) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path p : all) {
                if (Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS)) {
                    below.add(p);
                } else if (Files.isRegularFile(p)) {
                    files.add(p);
                } else if (Files.isDirectory(p)) {
                    links.add(p);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
