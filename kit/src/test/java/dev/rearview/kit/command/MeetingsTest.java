package dev.rearview.kit.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.descriptors.Stop;
import dev.rearview.engine.exec.Cancelled;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Diverted;
import dev.rearview.engine.exec.Machine;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.run.FlowStream;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MeetingsTest {
    private static final int BATCH = 1_000;

    private final Meetings meetings = new Meetings(TimeUnit.HOURS.toNanos(1));

    /// A command with streams of its own.
    private final class Side implements AutoCloseable {
        final Context context = new Context(Machine.ofProcess(), Path.of(""), Map.of());
        final Stop stop = new Stop(context::check);
        final DescriptorInput in;
        final DescriptorOutput out;
        final Meeting meeting;

        Side(Descriptor from, Descriptor to) throws IOException {
            in = new DescriptorInput(from, stop);
            out = new DescriptorOutput(to, stop);
            meeting =
                    new Meeting(
                            meetings,
                            in,
                            out,
                            new DescriptorOutput(Descriptor.closed(), stop),
                            context,
                            0);
        }

        void cancel() throws IOException {
            context.cancel();
            stop.stop();
        }

        @Override
        public void close() throws IOException {
            in.close();
            out.close();
            stop.close();
        }
    }

    /// Both sides of a pipe.
    private final class Pair implements AutoCloseable {
        final Side writer;
        final Side reader;

        Pair() throws IOException {
            Descriptor[] pipe = Descriptor.pipe();
            reader = new Side(pipe[0], Descriptor.closed());
            writer = new Side(Descriptor.closed(), pipe[1]);
        }

        @Override
        public void close() throws IOException {
            writer.close();
            reader.close();
        }
    }

    private static <T> FutureTask<T> started(Callable<T> work) {
        FutureTask<T> out = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(out);
        return out;
    }

    /// Batches of a thousand flows; what they do at the end.
    private static Handover flows(int batches, Callable<Boolean> end, AtomicInteger concluded) {
        FlowStream stream =
                new FlowStream() {
                    @Override
                    public boolean inOrder(RowConsumer consumer) throws IOException {
                        FlowBatch batch = FlowBatch.allocate(BATCH);
                        for (int i = 0; i < BATCH; i++) {
                            batch.add(new FlowRecord());
                        }
                        for (int i = 0; i < batches; i++) {
                            if (!consumer.accept(batch, Selection.all(BATCH))) {
                                return true;
                            }
                        }
                        try {
                            return end.call();
                        } catch (IOException | RuntimeException e) {
                            throw e;
                        } catch (Exception e) {
                            throw new IOException(e);
                        }
                    }

                    @Override
                    public List<String> explain() {
                        return List.of();
                    }
                };
        return new Handover(
                new FlowPlan.Upstream(),
                stream,
                () -> SilkWriter.header(false, new FileSettings(Compression.NONE, 0, List.of())),
                concluded::incrementAndGet,
                () -> 0);
    }

    private static Passage engaged(Side writer) throws Exception {
        Optional<Passage> passage = writer.meeting.engage(false);
        while (passage.isEmpty()) {
            Thread.sleep(1);
            passage = writer.meeting.engage(false);
        }
        return passage.get();
    }

    @Test
    void flowsGoToAReaderThatWaits() throws Exception {
        try (Pair p = new Pair()) {
            AtomicLong rows = new AtomicLong();
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader
                                    .meeting
                                    .await()
                                    .orElseThrow()
                                    .inOrder((batch, selected) -> {
                                        rows.addAndGet(selected.count());
                                        return true;
                                    }));
            AtomicInteger concluded = new AtomicInteger();
            Passage passage = engaged(p.writer);
            assertThat(passage.give(flows(5, () -> true, concluded), p.writer.context)).isZero();
            assertThat(reader.get()).isEqualTo(Passage.End.OVER);
            assertThat(rows).hasValue(5 * BATCH);
            assertThat(concluded).hasValue(1);
            assertThat(meetings.fused()).isEqualTo(1);
            p.writer.close();
            assertThat(p.reader.meeting.isAtEnd()).isTrue();
        }
    }

    /// A command between two pipes waits for its input, and meanwhile its own reader comes.
    @Test
    void aCommandBetweenTwoPipes() throws Exception {
        Descriptor[] first = Descriptor.pipe();
        Descriptor[] second = Descriptor.pipe();
        try (Side from = new Side(Descriptor.closed(), first[1]);
                Side between = new Side(first[0], second[1]);
                Side to = new Side(second[0], Descriptor.closed())) {
            AtomicLong rows = new AtomicLong();
            AtomicInteger concluded = new AtomicInteger();
            FutureTask<Integer> middle =
                    started(() -> {
                        between.meeting.awaitInput();
                        Passage out = between.meeting.engageSoon().orElseThrow();
                        Passage in = between.meeting.await().orElseThrow();
                        return out.give(passing(in, concluded), between.context);
                    });
            FutureTask<Passage.End> last =
                    started(() ->
                            to.meeting
                                    .await()
                                    .orElseThrow()
                                    .inOrder((batch, selected) ->
                                            rows.addAndGet(selected.count()) > 0));
            while (meetings.waiting() < 2) {
                Thread.sleep(1);
            }
            Handover h = flows(3, () -> true, concluded);
            assertThat(engaged(from).give(h, from.context)).isZero();
            assertThat(middle.get()).isZero();
            assertThat(last.get()).isEqualTo(Passage.End.OVER);
            assertThat(rows).hasValue(3 * BATCH);
            assertThat(concluded).hasValue(2);
            assertThat(meetings.fused()).isEqualTo(2);
        }
    }

    private static Handover passing(Passage in, AtomicInteger concluded) {
        FlowStream flows =
                new FlowStream() {
                    @Override
                    public boolean inOrder(RowConsumer consumer) throws IOException {
                        return in.inOrder(consumer) == Passage.End.OVER;
                    }

                    @Override
                    public List<String> explain() {
                        return List.of();
                    }
                };
        return new Handover(
                new FlowPlan.Upstream(),
                flows,
                () -> SilkWriter.header(false, new FileSettings(Compression.NONE, 0, List.of())),
                concluded::incrementAndGet,
                () -> 0);
    }

    /// A reader that runs and has not come to its input yet is waited for; one that ends is not.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatIsExpected(boolean comes) throws Exception {
        try (Pair p = new Pair()) {
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Integer> reader =
                    started(() ->
                            p.reader.meeting.run(() -> {
                                begun.countDown();
                                try {
                                    Thread.sleep(40);
                                    return comes ? read(p.reader) : 3;
                                } catch (IOException | InterruptedException e) {
                                    return 9;
                                }
                            }));
            begun.await();
            Optional<Passage> passage = p.writer.meeting.engage(false);
            assertThat(passage.isPresent()).isEqualTo(comes);
            if (comes) {
                Handover h = flows(2, () -> true, new AtomicInteger());
                assertThat(passage.get().give(h, p.writer.context)).isZero();
            }
            assertThat(reader.get()).isEqualTo(comes ? 2 * BATCH : 3);
        }
    }

    private static int read(Side reader) throws IOException {
        AtomicInteger rows = new AtomicInteger();
        Passage passage = reader.meeting.await().orElseThrow();
        passage.inOrder((batch, selected) -> rows.addAndGet(selected.count()) > 0);
        return rows.get();
    }

    /// Who waited for flows and then ends without reading them leaves the writer to itself.
    @Test
    void whatWasAwaitedAndNotRead() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Integer> reader =
                    started(() ->
                            p.reader.meeting.run(() -> {
                                try {
                                    p.reader.meeting.awaitInput();
                                    return 2;
                                } catch (IOException e) {
                                    return 9;
                                }
                            }));
            Handover h = flows(100, () -> true, new AtomicInteger());
            assertThat(engaged(p.writer).give(h, p.writer.context)).isZero();
            assertThat(reader.get()).isEqualTo(2);
            assertThat(p.writer.meeting.engageSoon()).isEmpty();
        }
    }

    @Test
    void nobodyIsThere() throws Exception {
        try (Pair p = new Pair();
                Pair other = new Pair()) {
            FutureTask<Optional<Passage>> elsewhere = started(other.reader.meeting::await);
            Thread.sleep(50);
            assertThat(p.writer.meeting.engage(false)).isEmpty();
            assertThat(p.writer.meeting.run(() -> 3)).isEqualTo(3);
            other.writer.close();
            assertThat(elsewhere.get()).isEmpty();
            assertThat(meetings.fused()).isZero();
        }
    }

    @Test
    void octetsComeFirst() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Optional<Passage>> reader = started(p.reader.meeting::await);
            p.writer.out.write("record".getBytes(StandardCharsets.US_ASCII));
            assertThat(reader.get()).isEmpty();
            // Neither may be met from now on.
            assertThat(p.writer.meeting.engage(true)).isEmpty();
            assertThat(p.reader.in.readNBytes(6)).asString().isEqualTo("record");
            assertThat(p.reader.meeting.await()).isEmpty();
        }
    }

    @Test
    void aReaderThatIsCancelledIsNoLongerThere() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Optional<Passage>> reader = started(p.reader.meeting::await);
            Thread.sleep(20);
            p.reader.cancel();
            assertThatThrownBy(reader::get).hasCauseInstanceOf(Cancelled.class);
            assertThat(p.writer.meeting.engage(false)).isEmpty();
        }
    }

    @Test
    void aWriterThatHasNothingToHandOverIsReadByThePipe() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Optional<Passage>> reader = started(p.reader.meeting::await);
            engaged(p.writer).withdraw();
            p.writer.out.write(1);
            assertThat(reader.get()).isEmpty();
            assertThat(p.reader.in.read()).isEqualTo(1);
        }
    }

    /// A writer of which nothing has been seen begins anew for a reader that comes later.
    @Test
    void aWriterBeginsAnew() throws Exception {
        try (Pair p = new Pair()) {
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger concluded = new AtomicInteger();
            FutureTask<Integer> writer =
                    started(() ->
                            p.writer.meeting.run(() -> {
                                try {
                                    runs.incrementAndGet();
                                    Optional<Passage> passage = p.writer.meeting.engage(true);
                                    if (passage.isPresent()) {
                                        Handover h = flows(3, () -> true, concluded);
                                        return passage.get().give(h, p.writer.context);
                                    }
                                    while (true) {
                                        p.writer.context.check();
                                        Thread.onSpinWait();
                                    }
                                } catch (IOException e) {
                                    return 9;
                                }
                            }));
            AtomicLong rows = new AtomicLong();
            Passage.End end =
                    p.reader
                            .meeting
                            .await()
                            .orElseThrow()
                            .inAnyOrder(() ->
                                    (batch, selected) -> {
                                        rows.addAndGet(selected.count());
                                        return true;
                                    });
            assertThat(end).isEqualTo(Passage.End.OVER);
            assertThat(writer.get()).isZero();
            assertThat(rows).hasValue(3 * BATCH);
            assertThat(runs.get()).isBetween(1, 2);
            p.writer.context.check();
        }
    }

    /// What a diverted writer still writes is lost.
    @Test
    void whatWasDivertedIsNotHeard() throws Exception {
        try (Pair p = new Pair()) {
            AtomicInteger runs = new AtomicInteger();
            FutureTask<Optional<Passage>> reader = started(p.reader.meeting::await);
            int status =
                    p.writer.meeting.run(() -> {
                        try {
                            // Engaged is only who has begun anew here, and has nothing to hand over
                            // then.
                            if (runs.incrementAndGet() == 1) {
                                Thread.sleep(20);
                                diverted(p.writer);
                                p.writer.out.write(8);
                                return 4;
                            }
                            p.writer.out.write(7);
                            return 5;
                        } catch (IOException | InterruptedException e) {
                            return 9;
                        }
                    });
            assertThat(status).isEqualTo(5);
            assertThat(reader.get()).isEmpty();
            assertThat(p.reader.in.read()).isEqualTo(7);
            assertThat(p.reader.in.available()).isZero();
            assertThat(runs).hasValue(2);
        }
    }

    /// Is watched until it is diverted; a reader that waits already is sent to wait again.
    private static void diverted(Side writer) throws IOException {
        writer.meeting.engage(true).ifPresent(Passage::withdraw);
        try {
            while (true) {
                writer.meeting.engage(true).ifPresent(Passage::withdraw);
                writer.context.check();
                Thread.onSpinWait();
            }
        } catch (Diverted e) {
            assertThat(writer.meeting.isDiverted()).isTrue();
        }
    }

    @Test
    void eachHasItsOwnFailure() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader.meeting.await().orElseThrow().inOrder((batch, rows) -> true));
            AtomicInteger concluded = new AtomicInteger();
            Handover broken =
                    flows(
                            2,
                            () -> {
                                throw new IOException("disk");
                            },
                            concluded);
            Passage passage = engaged(p.writer);
            assertThatThrownBy(() -> passage.give(broken, p.writer.context)).hasMessage("disk");
            assertThat(reader.get()).isEqualTo(Passage.End.OVER);
            assertThat(concluded).hasValue(0);
        }
        try (Pair p = new Pair()) {
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader
                                    .meeting
                                    .await()
                                    .orElseThrow()
                                    .inOrder((batch, rows) -> {
                                        throw new IOException("full");
                                    }));
            AtomicInteger concluded = new AtomicInteger();
            Passage passage = engaged(p.writer);
            int status = passage.give(flows(50, () -> true, concluded), p.writer.context);
            assertThat(status).isZero();
            assertThat(concluded).hasValue(0);
            assertThatThrownBy(reader::get).hasRootCauseMessage("full");
        }
    }

    /// Flows that could not be read at all leave the pipe as it is, without a header.
    @Test
    void nothingIsNoStream() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader.meeting.await().orElseThrow().inOrder((batch, rows) -> true));
            Handover none = flows(0, () -> false, new AtomicInteger());
            assertThat(engaged(p.writer).give(none, p.writer.context)).isEqualTo(1);
            assertThat(reader.get()).isEqualTo(Passage.End.NOTHING);
        }
    }

    /// A reader that has enough is not held up; a writer of little does not notice.
    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aReaderMayHaveEnough(int batches) throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader.meeting.await().orElseThrow().inOrder((batch, rows) -> false));
            AtomicInteger concluded = new AtomicInteger();
            Handover h = flows(batches, () -> true, concluded);
            assertThat(engaged(p.writer).give(h, p.writer.context)).isZero();
            assertThat(reader.get()).isEqualTo(Passage.End.LEFT);
            assertThat(concluded).hasValue(batches == 1 ? 1 : 0);
        }
    }

    @Test
    void aWriterThatIsCancelledEndsTheFlows() throws Exception {
        try (Pair p = new Pair()) {
            FutureTask<Passage.End> reader =
                    started(() ->
                            p.reader
                                    .meeting
                                    .await()
                                    .orElseThrow()
                                    .inOrder((batch, rows) -> {
                                        p.writer.context.cancel();
                                        return true;
                                    }));
            Handover h =
                    flows(
                            1,
                            () -> {
                                p.writer.context.check();
                                return true;
                            },
                            new AtomicInteger());
            Passage passage = engaged(p.writer);
            assertThatThrownBy(() -> passage.give(h, p.writer.context))
                    .isInstanceOf(Cancelled.class);
            assertThat(reader.get()).isEqualTo(Passage.End.OVER);
        }
    }

    /// Whoever comes first, all flows or all octets arrive.
    @Test
    void nothingIsLostInARace() throws Exception {
        int fused = 0;
        for (int i = 0; i < 200; i++) {
            try (Pair p = new Pair()) {
                AtomicLong rows = new AtomicLong();
                FutureTask<Boolean> reader =
                        started(() -> {
                            Optional<Passage> passage = p.reader.meeting.await();
                            if (passage.isEmpty()) {
                                return p.reader.in.read() == 1 && p.reader.in.read() == -1;
                            }
                            passage.get()
                                    .inOrder((batch, selected) ->
                                            rows.addAndGet(selected.count()) > 0);
                            return p.reader.meeting.isAtEnd() && rows.get() == 2 * BATCH;
                        });
                int status = p.writer.meeting.run(() -> written(p.writer));
                p.writer.close();
                assertThat(status).isZero();
                assertThat(reader.get()).isTrue();
                fused += rows.get() > 0 ? 1 : 0;
            }
        }
        assertThat(meetings.fused()).isEqualTo(fused);
    }

    private static int written(Side writer) {
        try {
            Optional<Passage> passage = writer.meeting.engage(true);
            if (passage.isPresent()) {
                Handover h = flows(2, () -> true, new AtomicInteger());
                return passage.get().give(h, writer.context);
            }
            writer.context.check();
            writer.out.write(1);
            return 0;
        } catch (IOException e) {
            return 9;
        }
    }

    @Test
    void aRunBeginsAnewOnlyWhereItIsToldTo() {
        Context context = new Context(Machine.ofProcess(), Path.of(""), Map.of());
        context.divert();
        assertThatThrownBy(context::check).isInstanceOf(Diverted.class);
        context.beginAnew();
        context.check();
        context.cancel();
        context.divert();
        assertThatThrownBy(context::check).isInstanceOf(Cancelled.class);
    }
}
