package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.store.hour.HourFiles;
import dev.rearview.store.parquet.FileCheck;
import dev.rearview.store.parquet.Layout;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An hour of which an earlier build wrote some files, in layout 1.
class MixedLayoutsTest extends RepositoryFixture {
    private static final int OLD = 600;
    private static final int NEW = 10;

    private Path hour = Path.of("");

    /// A segment of this build beside one of layout 1 that no manifest names.
    @BeforeEach
    void bothLayouts() throws IOException {
        hour = root.resolve("in/2024/01/01/in-S0_20240101.00");
        try (FlowStore store = open()) {
            store(store, Flows.DAY, 0, NEW);
        }
        Path old =
                Path.of(System.getProperty("rearview.root", ".."))
                        .resolve("testdata/store/layout1-hot.parquet");
        Files.copy(old, hour.resolveSibling(hour.getFileName() + ".5.parquet"));
    }

    private List<Layout> layouts() throws IOException {
        List<Layout> out = new ArrayList<>();
        for (Path file : HourFiles.current(hour)) {
            try (ParquetReader in = ParquetReader.open(file, file.toString())) {
                out.add(in.layout());
            }
        }
        Collections.sort(out);
        return out;
    }

    @Test
    void filesOfBothLayoutsAreSealedTogether() throws Exception {
        try (FlowStore store = open()) {
            assertThat(layouts()).containsExactly(Layout.SECOND);
            sealAll(store);
        }
        assertThat(notices).anyMatch(n -> n.contains(".5.parquet") && n.contains("adopted"));
        assertThat(layouts()).containsExactly(Layout.SECOND);
        Path sealed = HourFiles.current(hour).getFirst();
        assertThat(FileCheck.deep(sealed)).isEqualTo(OLD + NEW);
        // The one flow of 2^64 - 1 packets is the only one that changed.
        assertThat(stored(root)).hasSize(OLD + NEW).contains(Long.MAX_VALUE).doesNotContain(-1L);
        try (ParquetReader in = ParquetReader.open(sealed, "sealed")) {
            assertThat(in.metadata()).containsEntry("rearview.layout", "2");
            assertThat(in.metadata().get("rearview.epochs")).startsWith("5");
        }
        assertThat(Inventory.of(root, site).verifyState()).isEmpty();
    }
}
