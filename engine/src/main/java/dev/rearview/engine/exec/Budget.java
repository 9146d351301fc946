package dev.rearview.engine.exec;

import java.util.ArrayDeque;
import java.util.Deque;

/// The memory that the runs of a process may fill with rows and tables, in octets. A run takes a
/// share when the first of its operators needs memory: a floor, for which it waits in turn where
/// not even that is left. Beyond it a share grows as its operators fill up, which never waits: who
/// gets no more goes on with what there is, and writes to disk. So a run waits only while it holds
/// nothing.
///
/// A run that is alone gets all of what shares may grow by. Where there are several, or one of
/// several operators, a quarter of that stays free for those that come next; and the reserve is for
/// floors alone, so that a run which has filled the rest makes none wait.
public final class Budget {
    private static final int FREE_SHARE = 4;

    /// Octets of a floor that the tables of a thread ask for.
    private static final long THREAD_FLOOR = 8L << 20;

    private final long growing;
    private final long reserve;
    private final long floor;
    private final Deque<Share> waiting = new ArrayDeque<>();
    private int shares;
    private long grown;
    private long taken;
    private long highest;

    /// @param growing what shares may grow by, and the most that one run gets
    /// @param reserve what is left for floors then
    /// @param floor of a share, at most the reserve
    public Budget(long growing, long reserve, long floor) {
        if (floor < 1 || floor > reserve || growing < 0) {
            throw new IllegalArgumentException("floor " + floor + ", reserve " + reserve);
        }
        this.growing = growing;
        this.reserve = reserve;
        this.floor = floor;
    }

    /// That of a process: half of its heap, and an eighth for floors.
    ///
    /// @param threads that share a floor, each of which has tables of its own
    static Budget ofHeap(int threads) {
        long heap = Runtime.getRuntime().maxMemory();
        long reserve = Math.max(heap / 8, 1);
        long wanted = Math.max(heap / 128, threads * THREAD_FLOOR);
        return new Budget(heap / 2, reserve, Math.clamp(wanted, 1, reserve));
    }

    /// That of a process in which so many runs go on at the same time: each of them gets its floor
    /// without waiting, since one may wait for what another one writes.
    static Budget ofHeap(int threads, int runs) {
        long heap = Runtime.getRuntime().maxMemory();
        long reserve = Math.max(heap / 4, runs);
        return new Budget(heap * 3 / 8, reserve, Math.min(threads * THREAD_FLOOR, reserve / runs));
    }

    /// The most that one operator of one run gets.
    public long most() {
        return growing;
    }

    /// All that there is.
    public long total() {
        return growing + reserve;
    }

    /// How much all runs have.
    public synchronized long taken() {
        return taken;
    }

    /// How much all runs had at most.
    public synchronized long highest() {
        return highest;
    }

    /// Wakes those who wait, one of whom has been cancelled.
    synchronized void wake() {
        notifyAll();
    }

    /// The memory of one run; free of cost until it has a room.
    final class Share {
        private final Context context;
        private int rooms;
        private long ungiven;
        private long own;
        private boolean ended;

        Share(Context context) {
            this.context = context;
        }

        /// Room for one more operator: half of what others have left of the floor.
        ///
        /// @return how much it is
        long enter() {
            synchronized (Budget.this) {
                if (ended) {
                    throw new IllegalStateException("the run has ended");
                }
                if (rooms == 0) {
                    await();
                }
                // Another thread of this run may have been faster.
                if (rooms == 0) {
                    take(floor);
                    shares++;
                    ungiven = floor;
                }
                rooms++;
                long given = ungiven - ungiven / 2;
                ungiven -= given;
                return given;
            }
        }

        private void await() {
            waiting.add(this);
            try {
                while (rooms == 0 && (waiting.peek() != this || taken + floor > total())) {
                    context.check();
                    Budget.this.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancelled();
            } finally {
                waiting.remove(this);
                // The next one may go on as well.
                Budget.this.notifyAll();
            }
        }

        private void take(long octets) {
            taken += octets;
            highest = Math.max(highest, taken);
        }

        /// Asks for more, which is given or not, at once.
        boolean grow(long octets) {
            synchronized (Budget.this) {
                boolean isAlone = shares == 1 && rooms == 1 && waiting.isEmpty();
                long free = isAlone ? 0 : growing / FREE_SHARE;
                if (ended || grown + octets > growing - free || taken + octets > total()) {
                    return false;
                }
                own += octets;
                grown += octets;
                take(octets);
                return true;
            }
        }

        /// Gives back all of it, for good.
        void end() {
            synchronized (Budget.this) {
                if (!ended && rooms > 0) {
                    grown -= own;
                    taken -= own + floor;
                    shares--;
                    Budget.this.notifyAll();
                }
                ended = true;
            }
        }

        /// Gives back the room of an operator.
        ///
        /// @param given by [#enter]
        /// @param more by [#grow]
        void leave(long given, long more) {
            synchronized (Budget.this) {
                if (ended) {
                    return;
                }
                own -= more;
                grown -= more;
                taken -= more;
                ungiven += given;
                rooms--;
                if (rooms == 0) {
                    taken -= floor;
                    shares--;
                }
                Budget.this.notifyAll();
            }
        }
    }
}
