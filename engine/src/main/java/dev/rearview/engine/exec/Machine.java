package dev.rearview.engine.exec;

/// What all runs of a process share.
///
/// @param budget memory for rows and tables
/// @param workers threads that help
/// @param kept what was read from files and may be wanted again
/// @param files that stay open
public record Machine(Budget budget, Workers workers, Kept kept, Kept files) {
    /// Octets of files whose contents are kept.
    private static final long KEPT = 256L << 20;

    /// One that keeps no files open.
    public Machine(Budget budget, Workers workers, Kept kept) {
        this(budget, workers, kept, new Kept(0));
    }

    /// That of a process that stays, in which so many runs go on at the same time.
    public static Machine ofProcess(int runs) {
        int threads = Runtime.getRuntime().availableProcessors();
        Budget budget = Budget.ofHeap(threads, runs);
        return new Machine(budget, new Workers(threads), keeping(), keeping());
    }

    /// That of this process: all processors, and memory by the size of the heap.
    public static Machine ofProcess() {
        int threads = Runtime.getRuntime().availableProcessors();
        return new Machine(Budget.ofHeap(threads), new Workers(threads), keeping());
    }

    private static Kept keeping() {
        return new Kept(Math.min(KEPT, Runtime.getRuntime().maxMemory() / 32));
    }
}
