package dev.rearview.engine.exec;

/// What all runs of a process share.
///
/// @param budget memory for rows and tables
/// @param workers threads that help
/// @param kept what was read from files and may be wanted again
public record Machine(Budget budget, Workers workers, Kept kept) {
    /// Octets of files whose contents are kept.
    private static final long KEPT = 256L << 20;

    /// That of a process in which so many runs go on at the same time.
    public static Machine ofProcess(int runs) {
        int threads = Runtime.getRuntime().availableProcessors();
        return of(threads, Budget.ofHeap(threads, runs));
    }

    /// That of this process: all processors, and memory by the size of the heap.
    public static Machine ofProcess() {
        int threads = Runtime.getRuntime().availableProcessors();
        return of(threads, Budget.ofHeap(threads));
    }

    private static Machine of(int threads, Budget budget) {
        long kept = Math.min(KEPT, Runtime.getRuntime().maxMemory() / 32);
        return new Machine(budget, new Workers(threads), new Kept(kept));
    }
}
