package dev.rearview.tools.store;

import dev.rearview.kit.command.Runner;
import dev.rearview.store.Inventory;
import dev.rearview.text.Table;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Lets go of hours: `expire`.
final class Expiry {

    private final Work work;
    private final Inventory inventory;

    Expiry(Work work, Inventory inventory) {
        this.work = work;
        this.inventory = inventory;
    }

    /// The hours that have to go.
    ///
    /// @param hours oldest first
    /// @param olderMs how long ago an hour ended that goes, negative for no such limit
    /// @param larger octets that stay at most, negative for no such limit
    static List<Inventory.Hour> due(List<Inventory.Hour> hours, long olderMs, long larger) {
        long total = hours.stream().mapToLong(Inventory.Hour::bytes).sum();
        long now = System.currentTimeMillis();
        List<Inventory.Hour> due = new ArrayList<>();
        long freed = 0;
        for (Inventory.Hour h : hours) {
            boolean old = olderMs >= 0 && h.key().hourMs() + TimeText.HOUR_MS < now - olderMs;
            boolean much = larger >= 0 && total - freed > larger;
            if (old || much) {
                due.add(h);
                freed += h.bytes();
            }
        }
        return due;
    }

    /// Deletes hours, or says what would be deleted.
    void run(List<Inventory.Hour> due, boolean dryRun) throws IOException {
        if (work.table().isStructured()) {
            rows(due, dryRun);
        } else if (dryRun) {
            long freed = 0;
            for (Inventory.Hour h : due) {
                work.print("would delete " + name(h));
                freed += h.bytes();
            }
            work.print("would free " + freed + " octets of " + hours(due.size()));
        } else {
            delete(due);
        }
    }

    private String name(Inventory.Hour hour) {
        return work.root().relativize(hour.path()).toString();
    }

    /// One row for each hour: what it has, or had, and whether it is deleted.
    private void rows(List<Inventory.Hour> hours, boolean dryRun) {
        Table rows =
                work.table().structured(work.env().out(), List.of("hour", "octets#", "deleted"));
        for (Inventory.Hour h : hours) {
            String hour = name(h);
            long octets = h.bytes();
            if (!dryRun) {
                try {
                    octets = inventory.delete(h).octets();
                } catch (IOException e) {
                    work.report(hour + ": not wholly deleted: " + Runner.describe(e));
                    continue;
                }
            }
            rows.cell(hour);
            rows.cell(octets);
            rows.cell(dryRun ? "no" : "yes");
            rows.endRow();
        }
        rows.finish();
    }

    /// Deletes hours, and prints what is gone: one that cannot be deleted does not keep the others.
    private void delete(List<Inventory.Hour> hours) throws IOException {
        Inventory.Deleted sum = new Inventory.Deleted(0, 0, 0);
        int done = 0;
        for (Inventory.Hour h : hours) {
            try {
                Inventory.Deleted deleted = inventory.delete(h);
                if (deleted.files() > 0) {
                    sum = sum.plus(deleted);
                    done++;
                    work.print("deleted " + name(h));
                }
            } catch (IOException e) {
                work.report(name(h) + ": not wholly deleted: " + Runner.describe(e));
            }
        }
        work.print("freed " + sum.octets() + " octets of " + hours(done));
    }

    private static String hours(int n) {
        return n + (n == 1 ? " hour" : " hours");
    }
}
