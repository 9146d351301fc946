package dev.rearview.collector.polling;

import dev.rearview.ingest.Intake;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;

/// Hands flows of files over to the intake's thread, a chunk at a time: whoever gives one waits
/// until it is safe. What is taken while the intake takes nothing waits in its file.
final class Handover {
    private enum State {
        EMPTY,
        GIVEN,
        TAKEN,
        SAFE,
        CLOSED
    }

    private final FlowRecord record = new FlowRecord();
    private long[] words = new long[0];
    private int count;
    private Counters counters = new Counters();
    private State state = State.EMPTY;

    /// Gives flows and waits until they are safe.
    ///
    /// @param given flows as [RecordWords] has them
    /// @param of gets what was not taken
    /// @param arrived told that the flows wait
    /// @return false if they were not taken, as the collector ends
    boolean give(long[] given, int flows, Counters of, Runnable arrived)
            throws InterruptedException {
        synchronized (this) {
            if (state == State.CLOSED) {
                return false;
            }
            words = given;
            count = flows;
            counters = new Counters();
            state = State.GIVEN;
        }
        arrived.run();
        synchronized (this) {
            while (state != State.SAFE && state != State.CLOSED) {
                wait();
            }
            of.drop(Drop.DISK_FULL, counters.dropped(Drop.DISK_FULL));
            of.drop(Drop.BAD_RECORD, counters.dropped(Drop.BAD_RECORD));
            boolean safe = state == State.SAFE;
            state = safe ? State.EMPTY : state;
            return safe;
        }
    }

    /// Gives what waits to the intake, as one write, if that takes flows now.
    synchronized void store(Intake intake) {
        // The commit tells whether there still is room.
        if (state == State.GIVEN && intake.isFree() && intake.commit() && intake.isFree()) {
            for (int i = 0; i < count; i++) {
                RecordWords.unpack(words, i * RecordWords.COUNT, record);
                intake.append(record, counters);
            }
            state = State.TAKEN;
        }
        if (state == State.TAKEN && intake.commit()) {
            end(State.SAFE);
        }
    }

    /// Flows that the intake was given but that are not safe yet.
    synchronized int unsafeCount() {
        return state == State.TAKEN ? count : 0;
    }

    /// Takes no more.
    ///
    /// @param safe whether what the intake was given is safe
    synchronized void close(boolean safe) {
        if (state == State.TAKEN && safe) {
            end(State.SAFE);
        } else if (state != State.SAFE) {
            end(State.CLOSED);
        }
    }

    private void end(State how) {
        state = how;
        notifyAll();
    }
}
