package dev.rearview.tools.rwflowpack;

import dev.rearview.collector.log.Log;
import dev.rearview.site.SilkConf;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The site configuration in the repository's root, where queries look for it.
final class SiteCopy {
    private static final String NAME = "silk.conf";

    private SiteCopy() {}

    /// Puts the site configuration that was given to the collector into a root that has none. What
    /// stands there is never replaced.
    static void provide(Path given, Path root, Log log) {
        Path wanted = root.resolve(NAME);
        try {
            if (Files.exists(wanted)) {
                tellDifference(given, wanted, log);
            } else if (!SilkConf.isWhole(given)) {
                log.warning(
                        "The root has no silk.conf, and "
                                + given
                                + " includes other files: it is not copied there; for queries set"
                                + " SILK_CONFIG_FILE="
                                + given.toAbsolutePath());
            } else {
                copy(given, wanted);
                log.notice("Copied " + given + " to " + wanted + ", where queries look for it");
            }
        } catch (FileAlreadyExistsException e) {
            // Another one was faster.
            log.info(wanted + " exists already");
        } catch (IOException e) {
            log.warning(
                    "Cannot copy "
                            + given
                            + " to "
                            + wanted
                            + ": "
                            + e
                            + "; for queries set SILK_CONFIG_FILE="
                            + given.toAbsolutePath());
        }
    }

    /// Tells when queries go by another configuration than the collector.
    static void tellDifference(Path given, Path inRoot, Log log) throws IOException {
        if (!Files.isSameFile(given, inRoot) && Files.mismatch(given, inRoot) >= 0) {
            log.warning(
                    inRoot
                            + " differs from "
                            + given
                            + ": queries go by the former unless they are told otherwise; remove it"
                            + " and reload to have a new copy");
        }
    }

    /// Whole or not at all: the copy gets its name, which must be free, when it is on the disk.
    private static void copy(Path from, Path to) throws IOException {
        Path temporary = to.resolveSibling("." + NAME + "." + ProcessHandle.current().pid());
        try {
            Files.deleteIfExists(temporary);
            Files.copy(from, temporary);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            link(temporary, to);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void link(Path temporary, Path to) throws IOException {
        try {
            Files.createLink(to, temporary);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without links.
            Files.move(temporary, to);
        }
    }
}
