package dev.rearview.engine.exec;

import dev.rearview.text.PosixZone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The world of one run, from its start to its end: where it is, what it may use of its process,
/// what it leaves behind if it breaks off, and whether it is to go on. Made once for each command
/// that a user gives; the commands of a pipeline share it.
public final class Context implements AutoCloseable {
    private final Machine machine;
    private final Path directory;
    private final Map<String, String> variables;
    private final Host host;
    private final Leftovers leftovers;
    private final Parallel parallel;
    private final Budget.Share share;
    private volatile boolean cancelled;
    private volatile boolean diverted;
    private @Nullable ZoneRules zone;

    /// @param machine what it shares with other runs
    /// @param directory what relative paths are relative to
    /// @param variables of its environment
    public Context(Machine machine, Path directory, Map<String, String> variables) {
        this(machine, directory, variables, Host.INDIFFERENT);
    }

    /// @param machine what it shares with other runs
    /// @param directory what relative paths are relative to
    /// @param variables of its environment
    /// @param host the process, where that is to be told something
    public Context(Machine machine, Path directory, Map<String, String> variables, Host host) {
        this.host = host;
        this.leftovers = new Leftovers(host);
        this.machine = machine;
        this.directory = directory;
        this.variables = variables;
        this.parallel = new Parallel(this, machine.workers());
        this.share = machine.budget().new Share(this);
    }

    public Machine machine() {
        return machine;
    }

    public Path directory() {
        return directory;
    }

    public Map<String, String> variables() {
        return variables;
    }

    /// A variable that is set and not empty.
    public Optional<String> variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    public Path path(String name) {
        return directory.resolve(name);
    }

    /// The zone of local times, by `TZ`; found out when it is asked for first.
    public synchronized ZoneRules zone() {
        ZoneRules known = zone;
        if (known == null) {
            known = PosixZone.local(variables.get("TZ"));
            zone = known;
        }
        return known;
    }

    /// Directory for temporary files.
    public Path temporary() {
        return path(variable("SILK_TMPDIR").or(() -> variable("TMPDIR")).orElse("/tmp"));
    }

    /// To be called by a thread that begins to work for the run: gives it what belongs to threads
    /// rather than to the process, such as the modes of new files.
    public void enter() {
        host.enters();
    }

    /// Threads.
    public Parallel parallel() {
        return parallel;
    }

    /// Memory for one operator. The first one of a run may have to wait for it.
    ///
    /// @param most octets that it can come to hold
    /// @param temporary directory for what does not fit
    /// @throws Cancelled if the run is while it waits
    public Room room(long most, Path temporary) {
        return new Room(this, share, most, temporary);
    }

    /// What is removed if it is still there in the end.
    public Leftovers leftovers() {
        return leftovers;
    }

    // Cancelling --------------------------------------------------------------------------------

    /// Ends the run as soon as its threads notice; called by any thread.
    public void cancel() {
        cancelled = true;
        machine.budget().wake();
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /// To be called between batches, partitions and some thousands of rows.
    ///
    /// @throws Cancelled if the run has been cancelled
    /// @throws Diverted if it is to begin anew
    public void check() {
        if (cancelled) {
            throw new Cancelled();
        }
        if (diverted) {
            throw new Diverted();
        }
    }

    /// Ends what the run does as soon as its threads notice, so that it can begin anew; called by
    /// any thread.
    public void divert() {
        diverted = true;
        machine.budget().wake();
    }

    /// Lets a run that was diverted, and of which no thread works any more, begin anew.
    public void beginAnew() {
        diverted = false;
    }

    /// Ends the run, of which no thread works any more: gives back its memory and removes what is
    /// not whole.
    ///
    /// @throws IOException if something could not be removed
    @Override
    public void close() throws IOException {
        share.end();
        leftovers.deleteAll();
    }
}
