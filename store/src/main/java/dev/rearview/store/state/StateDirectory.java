package dev.rearview.store.state;

/// Names of what belongs to a repository and is no flow.
public final class StateDirectory {
    /// The directory in the root of a repository.
    public static final String NAME = ".rearview";

    /// Its directory of journals.
    public static final String JOURNALS = "journal";

    /// Its directory of catalogs.
    public static final String CATALOGS = "catalog";

    /// Its directory of what is damaged or cannot be explained.
    public static final String QUARANTINE = "quarantine";

    /// Its directory of the ledger's series.
    public static final String LEDGER = "ledger";

    private StateDirectory() {}
}
