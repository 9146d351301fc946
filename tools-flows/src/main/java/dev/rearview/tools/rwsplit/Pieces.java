package dev.rearview.tools.rwsplit;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Divides flows into pieces: some of the flows, until a piece has what it may have, and some of
/// the pieces.
final class Pieces implements RowConsumer, Closeable {
    /// What the size of a piece is counted in.
    enum Measure {
        ADDRESSES,
        FLOWS,
        PACKETS,
        OCTETS
    }

    /// @param limit a piece that has so much ends, unsigned
    /// @param flowsPerSample one flow of so many is taken
    /// @param piecesPerFile one piece of so many is written
    /// @param mostFiles files that are written at most
    record Plan(
            Measure measure, long limit, long flowsPerSample, long piecesPerFile, long mostFiles) {}

    /// Opens the file of a piece.
    @FunctionalInterface
    interface Opener {
        FlowSink open(long piece) throws IOException;
    }

    private final Plan plan;
    private final Opener opener;
    private final Picker flows;
    private final Picker pieces;
    private final Room room;
    private final DistinctAddresses addresses;
    private final FlowRecord record = new FlowRecord();

    /// The file of the piece that is being filled, empty where it is not written.
    private Optional<FlowSink> sink = Optional.empty();

    private boolean begun;
    private long piece;
    private long size;
    private long files;

    /// @param room for addresses; closed with this
    Pieces(Plan plan, RandomGenerator.SplittableGenerator random, Room room, Opener opener) {
        this.plan = plan;
        this.opener = opener;
        this.flows = new Picker(random.split(), plan.flowsPerSample());
        this.pieces = new Picker(random.split(), plan.piecesPerFile());
        this.room = room;
        this.addresses = new DistinctAddresses(room);
    }

    /// Picks one out of every so many.
    private static final class Picker {
        private final RandomGenerator random;
        private final long among;
        private long at;
        private long picked;

        Picker(RandomGenerator random, long among) {
            this.random = random;
            this.among = among;
        }

        boolean next() {
            if (at == 0) {
                picked = random.nextLong(among);
            }
            boolean isPicked = at == picked;
            at = at + 1 == among ? 0 : at + 1;
            return isPicked;
        }
    }

    @Override
    public boolean accept(FlowBatch batch, Selection rows) throws IOException {
        batch.load(Field.all());
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            if (flows.next()) {
                batch.get(i, record);
                add();
                if (!begun && files == plan.mostFiles()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void add() throws IOException {
        if (!begun) {
            begun = true;
            if (pieces.next()) {
                files++;
                sink = Optional.of(opener.open(piece));
            }
        }
        count();
        if (sink.isPresent()) {
            sink.get().write(record);
        }
        if (Long.compareUnsigned(size, plan.limit()) >= 0) {
            end();
        }
    }

    private void count() {
        switch (plan.measure()) {
            case FLOWS -> size++;
            case PACKETS -> size += record.packets;
            case OCTETS -> size += record.bytes;
            case ADDRESSES -> {
                addresses.add(record.sipHi, record.sipLo);
                addresses.add(record.dipHi, record.dipLo);
                size = addresses.count();
            }
        }
    }

    private void end() throws IOException {
        @Nullable FlowSink open = sink.orElse(null);
        sink = Optional.empty();
        begun = false;
        piece++;
        size = 0;
        addresses.clear();
        if (open != null) {
            open.close();
        }
    }

    /// Ends the last piece.
    @Override
    public void close() throws IOException {
        try (room) {
            if (begun) {
                end();
            }
        }
    }
}
