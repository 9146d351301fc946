package dev.rearview.tools.store;

import dev.rearview.kit.command.Runner;
import dev.rearview.store.Aging;
import dev.rearview.store.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Writes old hours for size: `age`.
final class OldHours {
    private final Work work;
    private final Inventory inventory;

    OldHours(Work work, Inventory inventory) {
        this.work = work;
        this.inventory = inventory;
    }

    /// Writes hours, or says which would be written, and prints how many these were. One that
    /// cannot be written does not keep the others.
    void run(List<Inventory.Hour> due, boolean dryRun) throws IOException {
        List<Inventory.Hour> sealed = due.stream().filter(Inventory.Hour::sealed).toList();
        if (sealed.size() < due.size()) {
            work.env()
                    .err()
                    .println(
                            "store: hours that are not sealed stay as they are: "
                                    + (due.size() - sealed.size()));
        }
        if (dryRun) {
            List<Inventory.Hour> warm = sealed.stream().filter(h -> !h.cold()).toList();
            for (Inventory.Hour h :
                    work.table().isStructured() ? List.<Inventory.Hour>of() : warm) {
                work.print("would age " + name(h));
            }
            work.tell("would age", "aged", warm.size());
            return;
        }
        int aged = 0;
        try (Aging aging = Aging.of(work.root())) {
            for (Inventory.Hour h : sealed) {
                try {
                    aged += aging.age(h.path()) ? 1 : 0;
                } catch (IOException e) {
                    work.report(name(h) + ": stays as it is: " + Runner.describe(e));
                }
            }
            catalog(aging);
        }
        work.tell("aged", "aged", aged);
    }

    private String name(Inventory.Hour hour) {
        return work.root().relativize(hour.path()).toString();
    }

    private void catalog(Aging aging) throws IOException {
        List<Path> unsealed =
                inventory.hours().stream()
                        .filter(h -> !h.sealed())
                        .map(Inventory.Hour::path)
                        .toList();
        try {
            for (int i = 0; i < Work.SETTLING_ROUNDS && !aging.catalog(unsealed); i++) {
                Work.settle();
            }
        } catch (IOException e) {
            work.report(e);
        }
    }
}
