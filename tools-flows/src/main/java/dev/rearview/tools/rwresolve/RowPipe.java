package dev.rearview.tools.rwresolve;

import dev.rearview.engine.exec.Context;
import dev.rearview.kit.tables.ColumnFilter;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;
import dev.rearview.text.Numbers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Rows on their way from standard input to standard output. One thread reads ahead and has
/// addresses looked up; another prints rows in their order as their names come, so that a row that
/// is ready does not wait for input that is not there yet.
final class RowPipe {
    private static final int MOST_AHEAD = 1024;
    private static final long LOOK_MS = 50;

    private final ColumnFilter columns;
    private final HostNames names;
    private final Context context;
    private final boolean isIpv4Only;
    private final int width;
    private final BlockingQueue<Row> rows = new ArrayBlockingQueue<>(MOST_AHEAD);
    private volatile boolean ended;

    /// A row, or the end, whatever its reason.
    private record Row(
            @Nullable String line,
            List<Optional<HostNames.Pending>> names,
            @Nullable Throwable failure) {}

    /// @param width of columns with names, 0 for any
    RowPipe(ColumnFilter columns, HostNames names, Context context, boolean isIpv4Only, int width) {
        this.columns = columns;
        this.names = names;
        this.context = context;
        this.isIpv4Only = isIpv4Only;
        this.width = width;
    }

    void run(BufferedReader in, Writer out) throws IOException {
        Thread.ofPlatform().daemon().name("rows").start(() -> read(in));
        try {
            print(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            ended = true;
        }
    }

    private void read(BufferedReader in) {
        Throwable failure = null;
        try {
            for (String line = columns.next(in); line != null; line = columns.next(in)) {
                put(new Row(line, asked(line), null));
                if (ended) {
                    return;
                }
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
        try {
            put(new Row(null, List.of(), failure));
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but a process that ends.
            Thread.currentThread().interrupt();
        }
    }

    private void put(Row row) throws InterruptedException {
        boolean isIn = false;
        while (!isIn && !ended) {
            isIn = rows.offer(row, LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private List<Optional<HostNames.Pending>> asked(String line) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        columns.replaced(
                line,
                text -> {
                    texts.add(text);
                    return text;
                });
        List<Optional<HostNames.Pending>> out = new ArrayList<>();
        for (String text : texts) {
            Optional<Ip> address = address(text.strip());
            out.add(address.isPresent() ? Optional.of(names.ask(address.get())) : Optional.empty());
        }
        return out;
    }

    private Optional<Ip> address(String text) {
        // A number is an address elsewhere; here it is a number.
        if (text.indexOf('.') < 0 && text.indexOf(':') < 0 || text.startsWith("+")) {
            return Optional.empty();
        }
        try {
            Ip ip = IpText.parse(text);
            return isIpv4Only && !Ip.isMapped(ip.hi(), ip.lo())
                    ? Optional.empty()
                    : Optional.of(ip);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void print(Writer out) throws IOException, InterruptedException {
        while (true) {
            Row row = rows.poll();
            if (row == null) {
                out.flush();
                row = rows.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            }
            context.check();
            if (row == null) {
                continue;
            }
            if (row.line == null) {
                out.flush();
                fail(row.failure);
                return;
            }
            out.write(printed(row.line, row.names));
            out.write('\n');
        }
    }

    private static void fail(@Nullable Throwable failure) throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(failure);
        }
    }

    private String printed(String line, List<Optional<HostNames.Pending>> pending)
            throws InterruptedException {
        List<Optional<String>> found = new ArrayList<>();
        for (Optional<HostNames.Pending> p : pending) {
            found.add(p.isPresent() ? p.get().await() : Optional.empty());
        }
        Iterator<Optional<String>> next = found.iterator();
        return columns.replaced(
                line,
                text -> {
                    Optional<String> name = next.next();
                    return width == 0
                            ? name.orElse(text)
                            : Numbers.right(name.orElse(text.stripLeading()), width);
                });
    }
}
