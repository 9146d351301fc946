package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.exec.Kept;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.filter.Outcome;
import dev.rearview.engine.filter.References;
import dev.rearview.engine.scan.FlowFiles;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.HourInputs;
import dev.rearview.engine.scan.Repository;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.store.catalog.CatalogWriter;
import dev.rearview.store.catalog.DirectoryCatalog;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day of sealed hours whose catalog is kept from one query to the next: whatever changes is seen
/// by the next one, and only the hours that can matter are opened.
class CatalogedHoursTest {
    private static final long DAY_MS = 1_700_006_400_000L;
    private static final long HOUR_MS = 3_600_000;
    private static final int HOURS = 24;

    @TempDir Path temporary;
    private Path root = Path.of("");
    private Path day = Path.of("");
    private Site site = Site.NONE;
    private Kept kept = new Kept(1 << 20);
    private int opened;
    private final List<String> problems = new ArrayList<>();

    @BeforeEach
    void sealedDay() throws IOException {
        root = temporary.resolve("root");
        site = OneSensor.in(temporary);
        try (FlowStore store = FlowStore.open(root, site)) {
            for (int hour = 0; hour < HOURS; hour++) {
                add(store, hour);
            }
            store.writer().seal(Long.MAX_VALUE, () -> true);
        }
        day = root.resolve("in/2023/11/15");
        catalog(DAY_MS);
    }

    /// A hundred flows of an hour, from 10.HOUR.0.0 on, to one that all have.
    private static void add(FlowStore store, int hour) throws IOException {
        FlowRecord r = new FlowRecord();
        for (int n = 0; n < 100; n++) {
            r.clear();
            r.sensor = 0;
            r.flowtype = 0;
            r.sipLo = Ip.mapped(0x0A00_0000 | hour << 16 | n);
            r.dipLo = Ip.mapped(7);
            r.nhipLo = Ip.MAPPED;
            r.packets = 1;
            r.bytes = 40;
            r.stime = (DAY_MS + hour * HOUR_MS) * 1000 + n;
            store.intake().append(r);
        }
        store.flush();
    }

    /// Makes a catalog that counts, as if it had been made long ago.
    ///
    /// @param changedMs when the day was changed last
    private void catalog(long changedMs) throws IOException {
        Files.setLastModifiedTime(day, FileTime.fromMillis(changedMs));
        assertThat(CatalogWriter.make(root, day)).isTrue();
        Files.setLastModifiedTime(
                root.resolve(".rearview/catalog/in/2023/11/15.catalog"),
                FileTime.fromMillis(changedMs));
    }

    /// The flows of some sources, of all where there are none.
    private long read(List<IpRange> sources) throws IOException {
        opened = 0;
        problems.clear();
        Repository repository =
                new Repository(
                        temporary, "root", site, List.copyOf(site.flowtypes()), List.of(), kept);
        Filter filter =
                new Compiler(References.NONE)
                        .filter(
                                sources.isEmpty()
                                        ? Predicate.all(List.of())
                                        : Predicate.address(Field.SIP, sources));
        FlowFiles files = new FlowFiles(site, false);
        HourInputs inputs =
                new HourInputs(
                        repository.cursor(DAY_MS, DAY_MS + (HOURS - 1) * HOUR_MS, false),
                        f -> {
                            opened++;
                            return files.open(f.path(), f.name());
                        },
                        file -> {},
                        missing -> {});
        FlowScan scan =
                new FlowScan(
                        Runs.context(temporary),
                        inputs,
                        stats -> filter.ask(stats) != Outcome.NONE,
                        e -> {
                            problems.add(String.valueOf(e.getMessage()));
                            return true;
                        });
        long[] passed = {0};
        scan.inOrder((batch, rows) -> {
            filter.retain(batch, rows);
            passed[0] += rows.count();
            return true;
        });
        return passed[0];
    }

    /// Many addresses that no hour has, and those given.
    private static List<IpRange> many(int... addresses) {
        List<IpRange> out = new ArrayList<>();
        for (int a : addresses) {
            out.add(single(a));
        }
        for (int i = 0; i < 10_000; i++) {
            out.add(single(0x0B00_0000 + 37 * i));
        }
        return out;
    }

    private static IpRange single(int address) {
        return new IpRange(0, Ip.mapped(address), 0, Ip.mapped(address), false);
    }

    @Test
    void ofManyAddressesThoseThatAreThereTellTheHours() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(read(many())).isZero();
            assertThat(opened).isZero();
            assertThat(read(many(0x0A05_0003, 0x0A07_0009, 0x0A07_0020))).isEqualTo(3);
            // And what a Bloom filter takes for one of them.
            assertThat(opened).isBetween(2, 4);
            assertThat(read(many(7))).isZero();
            assertThat(opened).isEqualTo(HOURS);
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void aRangeThatIsNowhereOpensNothing() throws IOException {
        IpRange range = new IpRange(0, Ip.mapped(0x0B00_0000), 0, Ip.mapped(0x0BFF_FFFF), false);
        assertThat(read(List.of(range))).isZero();
        assertThat(opened).isZero();
        IpRange here = new IpRange(0, Ip.mapped(0x0A01_0063), 0, Ip.mapped(0x0A01_FFFF), false);
        assertThat(read(List.of(here))).isEqualTo(1);
    }

    @Test
    void catalogsAreKeptWithinTheBound() throws IOException {
        assertThat(read(List.of())).isEqualTo(2400);
        assertThat(kept.octets()).isBetween(1000L, 1L << 20);
        long octets = kept.octets();
        assertThat(read(List.of())).isEqualTo(2400);
        assertThat(kept.octets()).isEqualTo(octets);
        kept = new Kept(octets - 1);
        assertThat(read(List.of())).isEqualTo(2400);
        assertThat(kept.octets()).isZero();
    }

    /// Deletes all that is left of an hour.
    private void forget(int hour) throws IOException {
        String name = String.format(Locale.ROOT, "in-S0_20231115.%02d.", hour);
        try (Stream<Path> all = Files.list(day)) {
            for (Path p : all.filter(p -> p.getFileName().toString().startsWith(name)).toList()) {
                Files.delete(p);
            }
        }
    }

    private Path hour(int hour) throws IOException {
        try (Stream<Path> all = Files.list(day)) {
            String part = String.format(Locale.ROOT, "20231115.%02d.", hour);
            return all.filter(p -> p.toString().contains(part + "sealed"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatIsDeletedIsMissedByTheNextQuery() throws IOException {
        assertThat(read(many(0x0A05_0003))).isEqualTo(1);
        Files.delete(hour(5));
        assertThat(read(many(0x0A05_0003))).isZero();
        assertThat(problems).singleElement().asString().contains("20231115.05");
        forget(5);
        assertThat(read(List.of())).isEqualTo(2300);
        assertThat(problems).isEmpty();
    }

    @Test
    void whatIsAddedOrReplacedIsSeenByTheNextQuery() throws IOException {
        assertThat(read(many(0x0A05_0003))).isEqualTo(1);
        // What was hour 5 comes in the place of hour 6, by a name that the catalog knows.
        Path other = hour(6);
        Files.move(hour(5), other, StandardCopyOption.REPLACE_EXISTING);
        assertThat(read(many(0x0A06_0003))).isZero();
        assertThat(read(many(0x0A05_0003))).isEqualTo(1);
        // A catalog that tells of it.
        forget(5);
        catalog(DAY_MS + 1);
        for (int i = 0; i < 2; i++) {
            assertThat(read(many(0x0A06_0003))).isZero();
            assertThat(opened).isZero();
            assertThat(read(many(0x0A05_0003))).isEqualTo(1);
        }
        assertThat(problems).isEmpty();
    }

    /// Files of an hour without a manifest are told, though a catalog does not know of them.
    @Test
    void aCatalogThatDoesNotTellAllIsNoListing() throws IOException {
        assertThat(DirectoryCatalog.find(root, day).orElseThrow().isComplete()).isTrue();
        Files.delete(day.resolve("in-S0_20231115.05.manifest"));
        catalog(DAY_MS + 2);
        assertThat(DirectoryCatalog.find(root, day).orElseThrow().isComplete()).isFalse();
        for (int i = 0; i < 2; i++) {
            assertThat(read(List.of())).isEqualTo(2300);
            assertThat(problems).singleElement().asString().contains("manifest: is gone;");
        }
    }
}
