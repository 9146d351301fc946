package dev.rearview.bench;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Puts the benchmark's flows into a repository through journal and segments, as the collector
/// does: `COUNT DAYS SENSORS ROOT`.
public final class LoadRepository {
    private static final int COMMIT = 4096;
    private static final long HOUR_US = 3_600_000_000L;

    private LoadRepository() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        load(
                Long.parseLong(args[0]),
                Integer.parseInt(args[1]),
                Integer.parseInt(args[2]),
                Path.of(args[3]));
    }

    static void load(long count, int days, int sensors, Path root)
            throws IOException, InterruptedException {
        Files.createDirectories(root);
        Path conf = root.resolve("silk.conf");
        Files.writeString(conf, Workload.SITE);
        Site site = SilkConf.read(conf);
        FlowRecord r = new FlowRecord();
        try (Workload flows = new Workload(count, days, 1);
                FlowStore store = FlowStore.open(root, site)) {
            long hour = Workload.START_US;
            for (FlowBatch b = flows.next(); b != null; b = flows.next()) {
                for (int i = 0; i < b.size(); i++) {
                    b.get(i, r);
                    r.sensor %= sensors;
                    if (r.stime >= hour + HOUR_US) {
                        hour += HOUR_US;
                        store.flush();
                    }
                    store.intake().append(r);
                    if (store.intake().uncommittedCount() == COMMIT) {
                        store.intake().commit();
                    }
                }
            }
            store.flush();
            // Once to seal, once to delete what was merged, and once to catalog what has settled.
            for (int i = 0; i < 3; i++) {
                store.writer().seal(Long.MAX_VALUE, () -> true);
                Thread.sleep(1_100);
            }
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
    }
}
