package dev.rearview.tools.store;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.Site;
import dev.rearview.store.Inventory;
import dev.rearview.text.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What the actions have in common: where they work, and how they tell what they did.
final class Work {
    /// Times that a seal is tried: to merge, to delete what was merged, to catalog what has
    /// settled.
    static final int SETTLING_ROUNDS = 3;

    private static final long SETTLE_MS = 1_100;

    private final Env env;
    private final TableOptions table;
    private final Path root;
    private final Site site;
    private boolean failed;

    /// @param root directory of the repository
    Work(Env env, TableOptions table, Path root, Site site) {
        this.env = env;
        this.table = table;
        this.root = root;
        this.site = site;
    }

    Env env() {
        return env;
    }

    TableOptions table() {
        return table;
    }

    Path root() {
        return root;
    }

    Site site() {
        return site;
    }

    /// Whether a message has told of something that is damaged or could not be done.
    boolean hasFailed() {
        return failed;
    }

    /// Tells of something that is damaged or could not be done: the command fails.
    void report(String message) {
        failed = true;
        env.tell(message);
    }

    void report(IOException e) {
        report(Runner.describe(e));
    }

    /// What is there; what cannot be read is told.
    Inventory inventory() throws IOException {
        Inventory inventory = Inventory.of(root, site);
        inventory.problems().forEach(this::report);
        return inventory;
    }

    /// Prints the one row of an output that programs read.
    void row(List<String> titles, List<Long> values) {
        Table rows = table.structured(env.out(), titles);
        values.forEach(rows::cell);
        rows.endRow();
        rows.finish();
    }

    /// Prints a line.
    void print(String line) throws IOException {
        env.print(line + "\n");
    }

    /// Prints how many hours something was done to.
    ///
    /// @param what as it is printed
    /// @param title the same in the output that programs read
    void tell(String what, String title, long hours) throws IOException {
        if (table.isStructured()) {
            row(List.of(title + "-hours#"), List.of(hours));
        } else {
            print(what + " " + hours + (hours == 1 ? " hour" : " hours"));
        }
    }

    /// Waits until a directory that was just changed counts as one that does not change.
    static void settle() throws IOException {
        try {
            Thread.sleep(SETTLE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
