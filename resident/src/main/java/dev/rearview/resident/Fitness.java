package dev.rearview.resident;

import dev.rearview.descriptors.LocalSocket;
import dev.rearview.descriptors.ThisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Whether this process can run a request as a process of the client's own would: whatever a
/// process has and a thread cannot be given has to be the same here.
final class Fitness {
    /// Names that mean something else in each process.
    private static final List<String> OWN_NAMES =
            List.of("/dev/std", "/dev/fd", "/dev/tty", "/proc/self", "/proc/thread-self");

    private static final List<String> FOR_THE_JVM =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Predicate<String> commands;
    private final int group = ThisProcess.group();
    private final int niceness = ThisProcess.niceness();
    private final List<Integer> groups;
    private final List<Long> limits = new ArrayList<>();
    private final Request.Place root;

    /// @param commands those that can run beside others
    Fitness(Predicate<String> commands) throws IOException {
        this.commands = commands;
        this.groups = Arrays.stream(ThisProcess.groups()).boxed().toList();
        for (int resource : Request.LIMITED) {
            limits.add(ThisProcess.limit(resource));
        }
        this.root = Request.Place.of("/");
    }

    /// Why a request is refused.
    ///
    /// @param isOutShown whether its standard output is a terminal
    Optional<String> refusal(Request request, LocalSocket.Peer peer, boolean isOutShown) {
        if (!commands.test(request.arguments().getFirst())) {
            return Optional.of("command");
        }
        Request.Standing its = request.standing();
        if (peer.group() != group || !its.groups().equals(groups)) {
            return Optional.of("groups");
        }
        if (its.niceness() != niceness || !its.limits().equals(limits)) {
            return Optional.of("limits");
        }
        if (FOR_THE_JVM.stream().anyMatch(v -> isSet(request.variables(), v))) {
            return Optional.of("options of the JVM");
        }
        if (namesOwn(request)) {
            return Optional.of("names of the process's own files");
        }
        if (isOutShown && wantsPager(request)) {
            return Optional.of("pager");
        }
        try {
            boolean isHere = Request.Place.of(request.directory()).equals(its.here());
            return isHere && its.root().equals(root) ? Optional.empty() : Optional.of("directory");
        } catch (IOException e) {
            return Optional.of("directory");
        }
    }

    private static boolean isSet(Map<String, String> variables, String name) {
        return !variables.getOrDefault(name, "").isEmpty();
    }

    private static boolean namesOwn(Request request) {
        for (String word : request.arguments()) {
            if (isOwn(word)) {
                return true;
            }
        }
        for (Map.Entry<String, String> v : request.variables().entrySet()) {
            boolean isRead = v.getKey().startsWith("SILK_") || v.getKey().equals("TMPDIR");
            if (isRead && isOwn(v.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOwn(String text) {
        for (String name : OWN_NAMES) {
            if (text.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /// A pager is a child of the shell's job, with the terminal.
    private static boolean wantsPager(Request request) {
        return isSet(request.variables(), "SILK_PAGER")
                || isSet(request.variables(), "PAGER")
                || request.arguments().stream()
                        .anyMatch(a -> a.startsWith("--pa") && !a.startsWith("--pas"));
    }
}
