package dev.rearview.engine.scan;

import dev.rearview.store.parquet.RowGroupStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a scan read and left out.
public final class ScanCounts {
    private long files;
    private long fileBytes;
    private long prunedFiles;
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
        leftOut(stats);
    }

    private void leftOut(RowGroupStats stats) {
        prunedRows += stats.rows();
        prunedPackets += stats.packets();
        prunedBytes += stats.bytes();
    }

    synchronized void prunedFile(RowGroupStats stats) {
        files++;
        prunedFiles++;
        leftOut(stats);
    }

    synchronized void rows(int count) {
        rows += count;
    }

    synchronized void read(long count) {
        bytes += count;
    }

    /// Inputs opened, or left out by a catalog.
    public synchronized long files() {
        return files;
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

    /// What would be read and left out, a line each: of what a scan's estimate counted.
    public synchronized List<String> forecast() {
        List<String> out = new ArrayList<>(inputs());
        if (rows > 0 || groups > 0) {
            out.add(String.format(Locale.ROOT, "flows       %,d to be looked at", rows));
        }
        if (fileBytes > 0) {
            out.add(String.format(Locale.ROOT, "octets      of %,d", fileBytes));
        }
        return out;
    }

    /// What was read and left out, a line each.
    public synchronized List<String> explain() {
        List<String> out = new ArrayList<>(inputs());
        out.add(String.format(Locale.ROOT, "flows       %,d looked at", rows));
        if (fileBytes > 0) {
            out.add(String.format(Locale.ROOT, "octets      %,d read of %,d", bytes, fileBytes));
        }
        return out;
    }

    private List<String> inputs() {
        List<String> out = new ArrayList<>();
        out.add(
                prunedFiles == 0
                        ? String.format(Locale.ROOT, "files       %,d", files)
                        : String.format(
                                Locale.ROOT,
                                "files       %,d, of which %,d were not opened",
                                files,
                                prunedFiles));
        if (groups > 0) {
            out.add(
                    String.format(
                            Locale.ROOT,
                            "row groups  %,d, of which %,d were left out",
                            groups,
                            prunedGroups));
        }
        return out;
    }
}
