package dev.rearview.engine.scan;

import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files of a repository's hours, one after the other.
///
/// All files of an hour are opened before the first is handed out. Where one is gone by then, since
/// others were merged or the hour was sealed, those opened are dropped, the hour is listed anew and
/// opened again: so each of its flows comes once. What is open stays readable whatever becomes of
/// its name. Hours that were expired before they were listed look like hours without files: that is
/// told at the end.
public final class HourInputs implements FlowScan.Inputs {
    /// Times that an hour is listed. Merging takes longer than opening: two are enough but for one
    /// that is changed all the time.
    private static final int LISTINGS = 10;

    /// Opens a file, which has no other effect.
    @FunctionalInterface
    public interface Opener {
        FlowFile open(Repository.HourFile file) throws IOException;
    }

    private final Repository.Cursor cursor;
    private final Opener opener;
    private final Consumer<FlowFile> taken;
    private final Consumer<Repository.HourFile> missing;
    private final ArrayDeque<FlowFile> opened = new ArrayDeque<>();
    private final ArrayDeque<IOException> failures = new ArrayDeque<>();
    private boolean ended;

    /// @param taken told of each file that is handed out
    /// @param missing told of each hour without files
    public HourInputs(
            Repository.Cursor cursor,
            Opener opener,
            Consumer<FlowFile> taken,
            Consumer<Repository.HourFile> missing) {
        this.cursor = cursor;
        this.opener = opener;
        this.taken = taken;
        this.missing = missing;
    }

    @Override
    public @Nullable FlowFile next(FlowScan scan) throws IOException {
        while (true) {
            FlowFile file = opened.poll();
            if (file != null) {
                taken.accept(file);
                return file;
            }
            IOException failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            List<Repository.HourFile> hour = cursor.nextHour();
            if (hour == null) {
                if (!ended) {
                    ended = true;
                    cursor.checkChanges();
                }
                return null;
            }
            open(hour, scan);
        }
    }

    private void open(List<Repository.HourFile> listed, FlowScan scan) throws IOException {
        List<Repository.HourFile> files = listed;
        for (int i = 1; ; i++) {
            Attempt attempt = new Attempt();
            files.forEach(f -> attempt.open(f, scan));
            if (attempt.gone == null || i == LISTINGS) {
                attempt.keep(scan);
                return;
            }
            List<Repository.HourFile> now = cursor.listAgain();
            if (names(now).equals(names(files))) {
                // It is missing, not replaced: the others count.
                attempt.keep(scan);
                return;
            }
            attempt.close();
            if (now.stream().noneMatch(Repository.HourFile::exists)) {
                failures.add(
                        new IOException(
                                attempt.gone + ": the hour was deleted before it could be read"));
                return;
            }
            files = now;
        }
    }

    private static List<String> names(List<Repository.HourFile> files) {
        return files.stream().map(Repository.HourFile::name).toList();
    }

    /// The files of one listing.
    private final class Attempt {
        private final List<FlowFile> files = new ArrayList<>();
        private final List<RowGroupStats> leftOut = new ArrayList<>();
        private final List<IOException> bad = new ArrayList<>();
        private @Nullable String gone;

        void open(Repository.HourFile f, FlowScan scan) {
            if (!f.exists()) {
                missing.accept(f);
                return;
            }
            if (f.summary().isPresent() && !scan.mayMatter(f.summary().get())) {
                leftOut.add(f.summary().get());
                return;
            }
            try {
                RegularFile.check(f.path());
                files.add(opener.open(f));
            } catch (NoSuchFileException e) {
                gone = f.name();
                bad.add(e);
            } catch (IOException e) {
                bad.add(e);
            }
        }

        void keep(FlowScan scan) {
            leftOut.forEach(scan::leaveOut);
            opened.addAll(files);
            failures.addAll(bad);
        }

        void close() throws IOException {
            for (FlowFile f : files) {
                f.close();
            }
        }
    }
}
