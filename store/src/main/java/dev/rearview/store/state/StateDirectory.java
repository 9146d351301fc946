package dev.rearview.store.state;

import java.nio.file.Path;

/// Where what belongs to a repository and is no flow lies: in the directory `.rearview` of its
/// root.
public final class StateDirectory {
    private static final String NAME = ".rearview";

    private StateDirectory() {}

    /// The directory as a whole.
    public static Path of(Path root) {
        return root.resolve(NAME);
    }

    public static Path journals(Path root) {
        return of(root).resolve("journal");
    }

    /// The directory of segments that wait for their place.
    public static Path segments(Path root) {
        return of(root).resolve("segments");
    }

    /// The directory of what exporters have announced.
    public static Path exporters(Path root) {
        return of(root).resolve("exporters");
    }

    /// The directory of journals of datagrams that are kept although their flows are in columns.
    public static Path kept(Path root) {
        return of(root).resolve("kept");
    }

    /// The directory of what takes the place of hours: files that wait, and what is to be done.
    public static Path repack(Path root) {
        return of(root).resolve("repack");
    }

    public static Path catalogs(Path root) {
        return of(root).resolve("catalog");
    }

    /// The directory of what is damaged or cannot be explained.
    public static Path quarantine(Path root) {
        return of(root).resolve("quarantine");
    }

    /// The file of the ledger: the counts of exporters.
    public static Path ledger(Path root) {
        return of(root).resolve("ledger.tsv");
    }

    /// The directory of the ledger's series.
    public static Path series(Path root) {
        return of(root).resolve("ledger");
    }

    /// The file that whoever changes the repository locks.
    static Path lock(Path root) {
        return of(root).resolve("lock");
    }

    /// The file that tells of hours that were deleted.
    static Path expired(Path root) {
        return of(root).resolve("expired");
    }
}
