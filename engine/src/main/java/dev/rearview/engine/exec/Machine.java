package dev.rearview.engine.exec;

/// What all runs of a process share.
///
/// @param budget memory for rows and tables
/// @param workers threads that help
/// @param kept what was read from files and may be wanted again
public record Machine(Budget budget, Workers workers, Kept kept) {
    /// Octets of files whose contents are kept.
    private static final long KEPT = 256L << 20;

    /// That of this process: all processors, and memory by the size of the heap.
    public static Machine ofProcess() {
        Runtime runtime = Runtime.getRuntime();
        int threads = runtime.availableProcessors();
        long kept = Math.min(KEPT, runtime.maxMemory() / 32);
        return new Machine(Budget.ofHeap(threads), new Workers(threads), new Kept(kept));
    }
}
