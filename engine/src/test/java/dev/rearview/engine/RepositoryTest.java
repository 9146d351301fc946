package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.scan.Repository;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Listing what exists finds what asking for each hour would find, whatever the directories are
/// called.
class RepositoryTest {
    private static final long HOUR_MS = 3_600_000;
    private static final long START_MS = Instant.parse("2023-12-31T20:00:00Z").toEpochMilli();
    private static final long END_MS = Instant.parse("2024-01-02T03:00:00Z").toEpochMilli();

    @TempDir Path temporary;

    private Site site(String format) throws IOException {
        Path conf = temporary.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 1 S1
                sensor 10 S1-a
                sensor 20 S20
                sensor 3 a-S1
                class all
                    sensors S1-a S1 S20 a-S1
                    type 2 in in
                    type 1 in-S1 in-S1
                    type 0 x a
                    default-types in
                end class
                class b
                    sensors S1
                    type 7 in b-in
                    type 12 y a-b
                    default-types in
                end class
                """
                        + "path-format \""
                        + format
                        + "\"\n");
        return SilkConf.read(conf);
    }

    private static List<String> existing(Repository r, long from, long to, boolean withMissing)
            throws IOException {
        List<String> out = new ArrayList<>();
        Repository.Cursor cursor = r.cursor(from, to, withMissing);
        for (Repository.HourFile f = cursor.next(); f != null; f = cursor.next()) {
            if (f.exists()) {
                out.add(f.name());
            }
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%T/%Y/%m/%d/%x",
                "%x",
                "%N/%x",
                "%C/%T/%Y/%m/%d/%H/%x",
                "%Y-%m-%d/%F-%N/%x",
                "%N%F%Y/%m%d/%x",
                "%n.%f/%x",
                "data//flows/%Y%m%d%N/%x",
                "%x/%x",
                "%%Y/%m/%%%d%%x/%x",
                "%d/%m/%Y/%x",
                "%Y/%T/%Y/%x",
                "v1.0/%T[%H]/%x"
            })
    void everyFormat(String format) throws IOException {
        Site site = site(format);
        Path root = temporary.resolve("root");
        Files.createDirectories(root);
        Random random = new Random(format.hashCode());
        List<String> all = new ArrayList<>();
        for (long ms = START_MS - 3 * HOUR_MS; ms <= END_MS + 3 * HOUR_MS; ms += HOUR_MS) {
            for (Flowtype type : site.flowtypes()) {
                for (Sensor sensor : site.sensors()) {
                    if (random.nextInt(20) == 0) {
                        Path file = root.resolve(site.pathFormat().expand(type, sensor, ms));
                        Files.createDirectories(file.getParent());
                        Files.writeString(file, "");
                        all.add(file.toString());
                    }
                }
            }
        }
        noise(root);
        assertThat(all).hasSizeGreaterThan(20);
        for (List<Sensor> sensors :
                List.of(
                        List.<Sensor>of(),
                        List.of(
                                site.sensor("S20").orElseThrow(),
                                site.sensor("S1").orElseThrow()))) {
            for (List<Flowtype> types :
                    List.of(
                            List.copyOf(site.flowtypes()).reversed(),
                            List.of(site.flowtype("all", "in").orElseThrow()))) {
                Repository r = new Repository(temporary, "root", site, types, sensors);
                List<String> found = existing(r, START_MS, END_MS, false);
                assertThat(found).isEqualTo(existing(r, START_MS, END_MS, true)).isNotEmpty();
                assertThat(found).containsExactlyInAnyOrderElementsOf(wanted(r, site, types));
            }
        }
    }

    /// What asking the file system for each hour finds.
    private List<String> wanted(Repository r, Site site, List<Flowtype> types) {
        List<String> out = new ArrayList<>();
        for (long ms = START_MS; ms <= END_MS; ms += HOUR_MS) {
            for (Flowtype type : types) {
                for (Sensor sensor : r.sensorsOf(type)) {
                    String name = "root/" + site.pathFormat().expand(type, sensor, ms);
                    if (Files.isRegularFile(temporary.resolve(name))) {
                        out.add(name);
                    }
                }
            }
        }
        return out;
    }

    /// What stands beside the files and is none of them.
    private static void noise(Path root) throws IOException {
        Files.writeString(root.resolve("README"), "text");
        Files.writeString(root.resolve("in-S1_20240101"), "no hour");
        Files.writeString(root.resolve("in-S9_20240101.00"), "no sensor of ours");
        Files.createDirectories(root.resolve("in/20x4/01"));
        Files.createDirectories(root.resolve(".rearview/in/2024/01/01"));
        Files.createDirectories(root.resolve("nosuchtype/2024/01/01"));
        Files.writeString(root.resolve("nosuchtype/2024/01/01/in-S1_20240101.00"), "");
    }

    /// Where files of two directories have the same hour, each is found in its own only.
    @Test
    void aFileInAnotherDaysDirectoryIsNotTheHours() throws IOException {
        Site site = site("%T/%Y/%m/%d/%x");
        Path day = Files.createDirectories(temporary.resolve("root/in/2024/01/01"));
        Files.writeString(day.resolve("in-S1_20240102.00"), "");
        Files.writeString(day.resolve("in-S1_20240101.00"), "");
        Repository r =
                new Repository(temporary, "root", site, List.copyOf(site.flowtypes()), List.of());
        assertThat(existing(r, START_MS, END_MS, false))
                .containsExactly("root/in/2024/01/01/in-S1_20240101.00");
    }

    @Test
    @Timeout(60)
    void centuriesOfNothing() throws IOException {
        Site site = site("%T/%Y/%m/%d/%x");
        Path day = Files.createDirectories(temporary.resolve("root/in/2024/01/01"));
        Files.writeString(day.resolve("in-S1_20240101.00"), "");
        Repository r =
                new Repository(temporary, "root", site, List.copyOf(site.flowtypes()), List.of());
        long end = Instant.parse("9999-12-31T23:00:00Z").toEpochMilli();
        assertThat(existing(r, 0, end, false))
                .containsExactly("root/in/2024/01/01/in-S1_20240101.00");
        Files.createDirectories(temporary.resolve("empty"));
        Repository empty =
                new Repository(temporary, "empty", site, List.copyOf(site.flowtypes()), List.of());
        assertThat(existing(empty, 0, end, false)).isEmpty();
    }

    /// A disk that is not there must not look like hours without flows.
    @Test
    void aLinkToNothingIsTold() throws IOException {
        Site site = site("%T/%Y/%m/%d/%x");
        Files.createDirectories(temporary.resolve("root/in"));
        Files.createSymbolicLink(
                temporary.resolve("root/in/2023"), temporary.resolve("not mounted"));
        Path day = Files.createDirectories(temporary.resolve("root/in/2024/01/01"));
        Files.writeString(day.resolve("in-S1_20240101.00"), "");
        Repository r =
                new Repository(temporary, "root", site, List.copyOf(site.flowtypes()), List.of());
        Repository.Cursor cursor = r.cursor(START_MS, END_MS, false);
        assertThatThrownBy(cursor::next)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("root/in/2023")
                .hasMessageContaining("link to nothing");
        assertThat(cursor.next())
                .extracting(Repository.HourFile::name)
                .isEqualTo("root/in/2024/01/01/in-S1_20240101.00");
        assertThat(cursor.next()).isNull();
    }
}
