package dev.rearview.tools.kit;

import java.io.IOException;
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
    private static final String ERASE = "\r\u001B[K";

    private final PrintStream terminal;
    private final LongSupplier clock;
    private final long start;
    private long last;
    private boolean shown;
    private long files;
    private long flows;

    /// @param clock nanoseconds
    Progress(OutputStream terminal, LongSupplier clock) {
        this.terminal = new PrintStream(terminal, true, StandardCharsets.UTF_8);
        this.clock = clock;
        this.start = clock.getAsLong();
        this.last = start;
    }

    /// A stream to the same terminal for messages, which take the place of the line.
    PrintStream messages() {
        OutputStream out =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        clear();
                        terminal.write(b);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) {
                        clear();
                        terminal.write(bytes, offset, length);
                    }

                    @Override
                    public void flush() throws IOException {
                        terminal.flush();
                    }
                };
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    synchronized void file() {
        files++;
    }

    synchronized void flows(long count) {
        flows += count;
        long now = clock.getAsLong();
        if (now - start < PATIENCE_NS || now - last < INTERVAL_NS) {
            return;
        }
        last = now;
        terminal.print(
                ERASE
                        + String.format(
                                Locale.ROOT,
                                "%,d file%s, %,d flows, %d s",
                                files,
                                files == 1 ? "" : "s",
                                flows,
                                (now - start) / 1_000_000_000L));
        terminal.flush();
        shown = true;
    }

    synchronized void clear() {
        if (shown) {
            terminal.print(ERASE);
            shown = false;
        }
    }
}
