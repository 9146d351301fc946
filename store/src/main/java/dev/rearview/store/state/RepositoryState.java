package dev.rearview.store.state;

import dev.rearview.store.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// What lies beside the hours of a repository, for those who look while a collector may be running.
///
/// @param owner number of the process that takes flows in, 0 if that is not known, empty if none
///   does
/// @param journals whose flows are not all in segments
/// @param quarantine what was damaged or could not be explained
/// @param ledger where the counts of exporters are, whether or not there is such a file
public record RepositoryState(OptionalLong owner, Amount journals, Amount quarantine, Path ledger) {
    /// How many files, and their octets.
    public record Amount(int count, long octets) {}

    /// Looks.
    public static RepositoryState of(Path root) throws IOException {
        return new RepositoryState(
                RepositoryLock.owner(root),
                count(StateDirectory.journals(root)),
                count(StateDirectory.quarantine(root)),
                StateDirectory.ledger(root));
    }

    private static Amount count(Path directory) throws IOException {
        List<Path> all = Disk.list(directory);
        long octets = 0;
        for (Path p : all) {
            octets += Disk.size(p);
        }
        return new Amount(all.size(), octets);
    }
}
