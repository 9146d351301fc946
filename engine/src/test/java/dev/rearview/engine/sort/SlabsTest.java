package dev.rearview.engine.sort;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Pieces do not overlap and are zero, whoever takes them; little is had one by one, and much in
/// few arrays.
class SlabsTest {
    private static final int SIZE = 1000;

    @Test
    void piecesOfOneThread() {
        Slabs slabs = new Slabs(SIZE, 100, Runnable::run);
        List<Slabs.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pieces.add(slabs.take(70));
        }
        assertThat(pieces.getFirst().words()).hasSize(70);
        assertThat(pieces.getLast().words()).hasSize(SIZE);
        assertThat(distinct(pieces)).isLessThan(12);
        assertDisjoint(pieces, 70);
        // What is larger than a slab has an array of its own.
        assertThat(slabs.take(SIZE + 1).words()).hasSize(SIZE + 1);
        slabs.clear();
        assertThat(slabs.unused()).isZero();
        assertThat(slabs.take(5).words()).hasSize(5);
    }

    @Test
    void whatIsUnusedIsTold() {
        Slabs slabs = new Slabs(SIZE, 0, Runnable::run);
        assertThat(slabs.unused()).isZero();
        slabs.take(300);
        assertThat(slabs.unused()).isEqualTo(SIZE * 8);
        slabs.take(300);
        assertThat(slabs.unused()).isEqualTo(700 * 8);
        // The next one is made before this one is full.
        slabs.take(300);
        assertThat(slabs.unused()).isEqualTo((400 + SIZE) * 8);
    }

    @Test
    void severalThreads() throws Exception {
        Slabs slabs = new Slabs(SIZE, 100, Runnable::run);
        List<Slabs.Piece> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<Slabs.Piece>>> taken = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                taken.add(
                        threads.submit(() -> {
                            List<Slabs.Piece> own = new ArrayList<>();
                            for (int i = 0; i < 500; i++) {
                                own.add(slabs.take(33));
                            }
                            return own;
                        }));
            }
            for (Future<List<Slabs.Piece>> f : taken) {
                all.addAll(f.get());
            }
        }
        assertThat(all).hasSize(2000);
        assertDisjoint(all, 33);
    }

    private static int distinct(List<Slabs.Piece> pieces) {
        IdentityHashMap<long[], Boolean> arrays = new IdentityHashMap<>();
        pieces.forEach(p -> arrays.put(p.words(), true));
        return arrays.size();
    }

    /// Each piece is filled with a number of its own, and found whole in the end.
    private static void assertDisjoint(List<Slabs.Piece> pieces, int size) {
        for (int i = 0; i < pieces.size(); i++) {
            Slabs.Piece p = pieces.get(i);
            for (int w = 0; w < size; w++) {
                assertThat(p.words()[p.at() + w]).isZero();
                p.words()[p.at() + w] = i + 1L;
            }
        }
        for (int i = 0; i < pieces.size(); i++) {
            Slabs.Piece p = pieces.get(i);
            for (int w = 0; w < size; w++) {
                assertThat(p.words()[p.at() + w]).isEqualTo(i + 1);
            }
        }
    }
}
