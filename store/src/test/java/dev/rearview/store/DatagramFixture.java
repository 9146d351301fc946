package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.journal.JournalReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/// A repository that takes datagrams, each of which is the number of a flow.
abstract class DatagramFixture extends RepositoryFixture {
    static final int DATAGRAMS = 60;
    static final int HOURS = 4;
    static final InetSocketAddress FROM =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);

    final List<RawJournal> begun = new ArrayList<>();

    @BeforeEach
    void root() throws IOException {
        Files.createDirectories(root);
    }

    FlowStore opened() throws IOException {
        FlowStore store = open();
        store.datagrams().onBegin(begun::add);
        return store;
    }

    static void take(FlowStore store, int from, int to) throws IOException {
        for (int n = from; n < to; n++) {
            ByteBuffer bytes = ByteBuffer.allocate(4).putInt(n).flip();
            assertThat(store.datagrams().add("P", FROM, 0, Flows.DAY, 0, bytes)).isTrue();
            if (n % 7 == 0) {
                store.datagrams().commit();
            }
        }
        store.datagrams().commit();
    }

    static FlowRecord flow(DatagramBatch.Datagram d, int shift) {
        int n = d.bytes().getInt();
        return Flows.at(Flows.DAY + (n % HOURS + shift) * HOUR, n);
    }

    /// Decodes a journal, in parts.
    static DecodedJournal decoded(FlowStore store, RawJournal raw, int shift) throws IOException {
        DecodedJournal out = store.decode(raw);
        int[] count = new int[1];
        DatagramBatch.DatagramConsumer each =
                d -> {
                    assertThat(out.append(flow(d, shift))).isTrue();
                    count[0]++;
                };
        JournalReader.Report report;
        try (DatagramFollower f = raw.follow(each)) {
            while (f.advance(raw.octets())) {
                if (count[0] > DATAGRAMS / 2) {
                    count[0] = 0;
                    out.handOver();
                }
            }
            report = f.finish();
        }
        out.handOver();
        String trouble = report.isDamaged() ? report.text("datagrams") : "";
        byte[] state = ("after " + raw.number()).getBytes(StandardCharsets.UTF_8);
        out.end(new DecodedJournal.Ending(state, 5, report.lostFlows(), trouble));
        return out;
    }

    static void write(FlowStore store, DecodedJournal d) throws IOException {
        Optional<Epoch> committed = store.writer().commit(d, () -> true);
        if (committed.isPresent()) {
            store.writer().write(committed.get(), () -> true);
            assertThat(committed.get().isDone()).isTrue();
        }
        assertThat(d.isWritten()).isTrue();
    }

    static List<Path> below(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    /// A copy of a repository.
    Path copy(Path crash) throws IOException {
        Path before = root;
        root = crash;
        try {
            return crashed();
        } finally {
            root = before;
        }
    }
}
