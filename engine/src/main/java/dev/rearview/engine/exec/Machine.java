package dev.rearview.engine.exec;

/// What all runs of a process share.
///
/// @param budget memory for rows and tables
/// @param workers threads that help
/// @param kept what was read from files and may be wanted again
public record Machine(Budget budget, Workers workers, Kept kept) {
    /// Octets of files whose contents are kept.
    private static final long KEPT = 256L << 20;

    /// Octets of floors that a thread's tables ask for.
    private static final long FLOOR = 8L << 20;

    /// That of a process in which so many runs go on at the same time: each of them gets its floor
    /// without waiting, since one may wait for what another one writes.
    public static Machine ofProcess(int runs) {
        Machine usual = ofProcess();
        int threads = usual.workers.threads();
        long heap = Runtime.getRuntime().maxMemory();
        long reserve = Math.max(heap / 4, runs);
        long floor = Math.min(threads * FLOOR, reserve / runs);
        Budget budget = new Budget(heap * 3 / 8, reserve, floor);
        return new Machine(budget, usual.workers, usual.kept);
    }

    /// That of this process: all processors, and memory by the size of the heap.
    public static Machine ofProcess() {
        Runtime runtime = Runtime.getRuntime();
        int threads = runtime.availableProcessors();
        long kept = Math.min(KEPT, runtime.maxMemory() / 32);
        return new Machine(Budget.ofHeap(threads), new Workers(threads), new Kept(kept));
    }
}
