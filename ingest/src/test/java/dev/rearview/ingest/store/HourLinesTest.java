package dev.rearview.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.ingest.Told;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HourLinesTest {
    @TempDir Path root;
    private final Told told = new Told();
    private HourLines hours;

    @BeforeEach
    void site() throws Exception {
        Path conf = root.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 2 alpha
                sensor 1 zulu
                class all
                    sensors alpha zulu
                    type 0 out out
                    type 1 in in
                    default-types in
                end class
                """);
        Site site = SilkConf.read(conf);
        hours = new HourLines(root, () -> site, told);
    }

    private List<String> lines() {
        List<String> all = told.all();
        told.clear();
        return all;
    }

    @Test
    void countsAreSinceTheLastTimeBySensorTypeAndHour() {
        hours.add(Map.of("in/in-zulu_20260101.07", 3, "in/in-alpha_20260101.06", 4));
        hours.add(Map.of("in/in-zulu_20260101.06", 1, "out/out-zulu_20260102.00", 5));
        hours.add(Map.of("in/in-zulu_20260101.07", 10, "odd", 2));
        hours.tell();
        assertThat(lines())
                .containsExactly(
                        root + "/out/out-zulu_20260102.00: 5 recs",
                        root + "/in/in-zulu_20260101.06: 1 recs",
                        root + "/in/in-zulu_20260101.07: 13 recs",
                        root + "/in/in-alpha_20260101.06: 4 recs",
                        root + "/odd: 2 recs");
        hours.add(Map.of("in/in-zulu_20260101.07", 6));
        hours.tell();
        hours.tell();
        assertThat(lines()).containsExactly(root + "/in/in-zulu_20260101.07: 6 recs");
    }

    @Test
    void manyHoursAreToldBeforeTheyFillTheMemory() {
        for (int i = 0; i <= HourLines.MAX_WAITING; i++) {
            hours.add(Map.of("h" + i, 1));
        }
        assertThat(lines()).hasSize(HourLines.MAX_WAITING + 1);
        hours.tell();
        assertThat(lines()).isEmpty();
    }
}
