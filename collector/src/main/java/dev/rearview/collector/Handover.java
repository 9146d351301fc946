package dev.rearview.collector;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;

/// Hands flows of files over to the collector's thread, a chunk at a time: whoever gives one waits
/// until it is safe. What is taken while the journal takes nothing waits in its file.
final class Handover {
    private enum State {
        EMPTY,
        GIVEN,
        IN_JOURNAL,
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

    /// Puts what waits into the journal, as one write, if that takes flows now.
    synchronized void store(JournalWriting journal) {
        // The commit tells whether there still is room.
        if (state == State.GIVEN && journal.isFree() && journal.commit() && journal.isFree()) {
            for (int i = 0; i < count; i++) {
                RecordWords.unpack(words, i * RecordWords.COUNT, record);
                journal.append(record, counters);
            }
            state = State.IN_JOURNAL;
        }
        if (state == State.IN_JOURNAL && journal.commit()) {
            end(State.SAFE);
        }
    }

    /// Flows that the journal was given but that are not safe yet.
    synchronized int unsafeCount() {
        return state == State.IN_JOURNAL ? count : 0;
    }

    /// Takes no more.
    ///
    /// @param safe whether what the journal was given is safe
    synchronized void close(boolean safe) {
        if (state == State.IN_JOURNAL && safe) {
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
