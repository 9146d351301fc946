package dev.rearview.kit.command;

import dev.rearview.descriptors.Bell;
import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.DescriptorInput;
import dev.rearview.descriptors.DescriptorOutput;
import dev.rearview.descriptors.FileStatus;
import dev.rearview.engine.exec.Context;
import dev.rearview.engine.exec.Diverted;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// One command at the meetings of its process: what it reads from and what it writes to.
public final class Meeting {
    private final Meetings all;
    private final DescriptorInput in;
    private final DescriptorOutput out;
    private final DescriptorOutput err;
    private final Context context;
    private final Optional<Pipe> inPipe;
    private final Optional<Pipe> outPipe;

    /// What a reader waits with besides the pipe.
    private @Nullable Bell bell;

    private Optional<Passage> engaged = Optional.empty();

    /// What was waited for before it was read.
    private Optional<Passage> awaited = Optional.empty();

    private boolean diverted;
    private boolean watched;
    private long sinceNs;

    /// A pipe, at which only those meet whose files get the same modes: one works on threads of the
    /// other.
    private record Pipe(long device, long inode, int mask) {}

    /// @param mask modes that new files of the command do not get
    public Meeting(
            Meetings all,
            DescriptorInput in,
            DescriptorOutput out,
            DescriptorOutput err,
            Context context,
            int mask)
            throws IOException {
        this.all = all;
        this.in = in;
        this.out = out;
        this.err = err;
        this.context = context;
        this.inPipe = pipe(in.descriptor(), mask);
        this.outPipe = pipe(out.descriptor(), mask);
    }

    private static Optional<Pipe> pipe(Descriptor descriptor, int mask) throws IOException {
        if (!descriptor.isOpen()) {
            return Optional.empty();
        }
        FileStatus status = descriptor.status();
        return status.isPipe()
                ? Optional.of(new Pipe(status.device(), status.inode(), mask))
                : Optional.empty();
    }

    Optional<?> in() {
        return inPipe;
    }

    Optional<?> out() {
        return outPipe;
    }

    Context context() {
        return context;
    }

    // As a reader -------------------------------------------------------------------------------

    /// Waits for whatever comes first: octets in the pipe, its end, or a command of this process
    /// that would write flows to it. Does not wait where there is no pipe, or where it was read.
    ///
    /// @return what leads to the command's flows; empty where the pipe is to be read
    public Optional<Passage> await() throws IOException {
        Optional<Passage> known = awaited;
        awaited = Optional.empty();
        return known.isPresent() ? known : awaitFirst();
    }

    /// Waits as [#await] does, for what will be read later.
    public void awaitInput() throws IOException {
        awaited = awaitFirst();
    }

    private Optional<Passage> awaitFirst() throws IOException {
        while (inPipe.isPresent() && !in.isUsed()) {
            Optional<Passage> passage = awaitOnce();
            if (passage.isEmpty()) {
                return passage;
            }
            if (passage.get().awaitFlows()) {
                all.tookPlace();
                return passage;
            }
        }
        return Optional.empty();
    }

    private Optional<Passage> awaitOnce() throws IOException {
        try (Bell own = new Bell()) {
            bell = own;
            if (!isPipeEmpty()) {
                return Optional.empty();
            }
            Optional<Passage> known = all.enter(this);
            if (known.isPresent()) {
                return known;
            }
            Optional<Passage> passage = Optional.empty();
            boolean ended = true;
            try {
                in.awaitOr(own);
                ended = false;
            } finally {
                passage = all.leave(this);
                if (ended) {
                    passage.ifPresent(Passage::leave);
                }
            }
            return passage;
        }
    }

    boolean hasRead() {
        return in.isUsed();
    }

    boolean isPipeEmpty() throws IOException {
        return in.descriptor().available() == 0;
    }

    /// What it was engaged for, once.
    Optional<Passage> engagement() {
        Optional<Passage> out = engaged;
        engaged = Optional.empty();
        return out;
    }

    void engage(Passage passage) throws IOException {
        engaged = Optional.of(passage);
        Bell known = bell;
        if (known != null) {
            known.ring();
        }
    }

    /// After the flows of another command: waits for the pipe.
    ///
    /// @return whether it is at its end, and nobody else has written anything
    public boolean isAtEnd() throws IOException {
        return in.isAtEnd();
    }

    // As a writer -------------------------------------------------------------------------------

    /// Whether it writes to a pipe.
    public boolean writesToPipe() {
        return outPipe.isPresent();
    }

    /// A reader in this process for the flows that the command would write to standard output; one
    /// that waits already, or the one that the command begins anew for.
    ///
    /// @param mayBeginAnew whether the command can be run from its beginning if a reader comes soon
    public Optional<Passage> engage(boolean mayBeginAnew) throws IOException {
        synchronized (all) {
            Optional<Passage> known = engagement();
            return known.isPresent() ? known : all.engage(this, mayBeginAnew && !watched);
        }
    }

    /// A reader that waits or comes soon, for a command that others wait for as well and that
    /// cannot be run from its beginning again.
    public Optional<Passage> engageSoon() throws IOException {
        return all.engageSoon(this);
    }

    /// To be called before the command takes something that it cannot take again, or does something
    /// that can be seen other than by its standard streams.
    ///
    /// @throws Diverted if it begins anew without that
    public void takes() {
        if (!all.show(this)) {
            context.check();
        }
    }

    /// Whether neither anything was seen of the command nor it has taken anything.
    boolean isUnseen() {
        return outPipe.isPresent() && !in.isUsed() && !out.isUsed() && !err.isUsed();
    }

    long sinceNs() {
        return sinceNs;
    }

    /// Has this told before anything is seen.
    void watch() {
        watched = true;
        sinceNs = System.nanoTime();
        in.gate(() -> all.show(this));
        out.gate(() -> all.show(this));
        err.gate(() -> all.show(this));
    }

    void divert(Passage passage) {
        diverted = true;
        engaged = Optional.of(passage);
        context.divert();
    }

    boolean isDiverted() {
        return diverted;
    }

    /// Runs a command, from its beginning again if a reader has come for its flows.
    ///
    /// @param command makes the command and runs it
    /// @return its exit status
    public int run(IntSupplier command) {
        if (inPipe.isPresent()) {
            all.expect(this);
        }
        try {
            int status = 0;
            try {
                status = command.getAsInt();
            } catch (Diverted e) {
                // So it begins anew.
                status = 1;
            }
            if (all.show(this)) {
                return status;
            }
            beginAnew();
            return command.getAsInt();
        } finally {
            all.expectNoLonger(this);
            all.show(this);
            synchronized (all) {
                engagement().ifPresent(Passage::withdraw);
                awaited.ifPresent(Passage::leave);
            }
        }
    }

    private void beginAnew() {
        synchronized (all) {
            diverted = false;
            in.gate(null);
            out.gate(null);
            err.gate(null);
            context.beginAnew();
        }
    }
}
