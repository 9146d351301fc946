package dev.rearview.kit.command;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongSupplier;

/// One line on a terminal that says how far long work has come; it goes away when the work ends or
/// when anything else is printed there.
public final class Progress {
    private static final long PATIENCE_NS = 2_000_000_000L;
    private static final long INTERVAL_NS = 500_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final String ERASE = "\r\u001B[K";

    /// Below this share of the work the rest is not guessed.
    private static final double LEAST_SHARE = 0.02;

    private final PrintStream terminal;
    private final LongSupplier clock;
    private final long start;
    private long last;
    private boolean shown;
    private boolean ended;
    private boolean isMidLine;
    private boolean isTicking;
    private long files;
    private long flows;
    private long octets;
    private long lastOctets;
    private long lastRows;
    private long lastFlows;
    private long lastRead;
    private LongSupplier total = () -> -1;
    private long knownTotal;
    private boolean askedTotal;
    private boolean isRead;
    private long readAt;

    /// @param clock nanoseconds
    Progress(OutputStream terminal, LongSupplier clock) {
        this.terminal = new PrintStream(terminal, true, StandardCharsets.UTF_8);
        this.clock = clock;
        this.start = clock.getAsLong();
        this.last = start;
    }

    /// A stream to the same terminal for messages, which take the place of the line.
    PrintStream messages() {
        return new PrintStream(beside(terminal, false), true, StandardCharsets.UTF_8);
    }

    /// A stream of output to the same terminal; where that begins, the line ends.
    OutputStream output(OutputStream out) {
        return beside(out, true);
    }

    private OutputStream beside(OutputStream to, boolean ends) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                synchronized (Progress.this) {
                    clear();
                    ended |= ends;
                    to.write(bytes, offset, length);
                    isMidLine = length > 0 && bytes[offset + length - 1] != '\n';
                }
            }

            @Override
            public void flush() throws IOException {
                to.flush();
            }
        };
    }

    /// Says how much there is to be read; asked once, by another thread, when the line is shown.
    ///
    /// @param octets of all inputs, negative if that is not known
    public synchronized void expect(LongSupplier octets) {
        total = octets;
        askedTotal = false;
    }

    /// Starts an input.
    ///
    /// @param size in octets, 0 if that is not known
    /// @param rows flows that it holds, 0 if that is not known
    public synchronized void file(long size, long rows) {
        files++;
        octets += size;
        lastOctets = size;
        lastRows = rows;
        lastFlows = 0;
        lastRead = 0;
        isRead = false;
    }

    public synchronized void flows(long count) {
        flows += count;
        lastFlows += count;
    }

    /// The octets of a file, which are counted as they are read.
    public InputStream counted(InputStream file) {
        return new FilterInputStream(file) {
            @Override
            public int read() throws IOException {
                int octet = in.read();
                count(octet < 0 ? 0 : 1);
                return octet;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = in.read(bytes, offset, length);
                count(Math.max(0, read));
                return read;
            }
        };
    }

    private synchronized void count(int read) {
        lastRead += read;
    }

    /// Says that all has been read, and what was read is worked on.
    public synchronized void allRead() {
        isRead = files > 0;
        readAt = clock.getAsLong();
    }

    /// Renews the line by itself from now on, whatever the work is at.
    public void startTicking() {
        synchronized (this) {
            if (isTicking) {
                return;
            }
            isTicking = true;
        }
        Thread.ofPlatform().daemon().name("progress").start(this::tickForever);
    }

    private void tickForever() {
        try {
            while (!hasEnded()) {
                Thread.sleep(INTERVAL_NS / 1_000_000);
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    /// Shows or renews the line if it is time.
    void tick() {
        LongSupplier ask = null;
        synchronized (this) {
            long now = clock.getAsLong();
            if (ended || isMidLine || now - start < PATIENCE_NS || now - last < INTERVAL_NS) {
                return;
            }
            last = now;
            if (!askedTotal) {
                askedTotal = true;
                ask = total;
                knownTotal = -1;
            }
        }
        // Without the lock: it may take a while, and the work is not to wait.
        long told = ask == null ? 0 : ask(ask);
        synchronized (this) {
            knownTotal = ask == null ? knownTotal : told;
            if (!ended && !isMidLine) {
                terminal.print(ERASE + line());
                terminal.flush();
                shown = true;
            }
        }
    }

    private static long ask(LongSupplier total) {
        try {
            return total.getAsLong();
        } catch (RuntimeException e) {
            // What is wrong is told by the work itself.
            return -1;
        }
    }

    private String line() {
        long elapsed = (isRead ? readAt : clock.getAsLong()) - start;
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%,d file%s, %,d flows, %d s",
                        files,
                        files == 1 ? "" : "s",
                        flows,
                        elapsed / SECOND_NS));
        if (isRead) {
            long since = (clock.getAsLong() - readAt) / SECOND_NS;
            return out.append(", all read; working on it, ").append(since).append(" s").toString();
        }
        if (knownTotal > 0) {
            double ofLast =
                    lastRows > 0 ? (double) lastFlows / lastRows * lastOctets : (double) lastRead;
            double done = octets - lastOctets + Math.min((double) lastOctets, ofLast);
            double share = Math.min(1, done / knownTotal);
            out.append(String.format(Locale.ROOT, ", %d%%", (int) (share * 100)));
            if (share >= LEAST_SHARE) {
                long left = Math.round(elapsed * (1 - share) / share / SECOND_NS);
                out.append(", about ").append(left).append(" s left");
            }
        }
        return out.toString();
    }

    synchronized void clear() {
        if (shown) {
            terminal.print(ERASE);
            terminal.flush();
            shown = false;
        }
    }

    /// Ends the line for good.
    public synchronized void end() {
        clear();
        ended = true;
    }
}
