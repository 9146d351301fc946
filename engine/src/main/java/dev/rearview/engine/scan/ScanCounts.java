package dev.rearview.engine.scan;

import dev.rearview.store.RowGroupStats;

/// What a scan read and left out.
public final class ScanCounts {
    private long files;
    private long fileBytes;
    private long groups;
    private long prunedGroups;
    private long prunedRows;
    private long prunedPackets;
    private long prunedBytes;
    private long rows;
    private long bytes;

    synchronized void file(int rowGroups, long size) {
        files++;
        groups += rowGroups;
        fileBytes += size;
    }

    synchronized void pruned(RowGroupStats stats) {
        prunedGroups++;
        prunedRows += stats.rows();
        prunedPackets += stats.packets();
        prunedBytes += stats.bytes();
    }

    synchronized void rows(int count) {
        rows += count;
    }

    synchronized void read(long count) {
        bytes += count;
    }

    /// Inputs opened.
    public synchronized long files() {
        return files;
    }

    /// Octets of the Parquet files opened.
    public synchronized long fileBytes() {
        return fileBytes;
    }

    /// Row groups of the Parquet files opened.
    public synchronized long groups() {
        return groups;
    }

    /// Row groups left out.
    public synchronized long prunedGroups() {
        return prunedGroups;
    }

    /// Flows of the row groups left out.
    public synchronized long prunedRows() {
        return prunedRows;
    }

    /// Packets of the row groups left out.
    public synchronized long prunedPackets() {
        return prunedPackets;
    }

    /// Octets of traffic of the row groups left out.
    public synchronized long prunedBytes() {
        return prunedBytes;
    }

    /// Flows of the batches that were looked at.
    public synchronized long rows() {
        return rows;
    }

    /// Octets of the pages that were read.
    public synchronized long bytes() {
        return bytes;
    }
}
