package dev.rearview.resident;

import dev.rearview.descriptors.FileStatus;
import dev.rearview.descriptors.ThisProcess;
import dev.rearview.model.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A command that a client wants to have run, and the world that it was called in.
///
/// @param standing of the client's process
/// @param directory path of its working directory
/// @param arguments the command and its arguments
/// @param variables of its environment
record Request(
        Standing standing,
        String directory,
        List<String> arguments,
        Map<String, String> variables) {
    private static final int LIMITS = 4;

    /// What the limits are of, in their order.
    static final int[] LIMITED = {
        ThisProcess.LIMIT_CPU,
        ThisProcess.LIMIT_FILE_SIZE,
        ThisProcess.LIMIT_DATA,
        ThisProcess.LIMIT_ADDRESS_SPACE
    };

    private static final int NICE_ZERO = 20;

    /// A file, as the system knows it.
    record Place(long device, long inode) {
        static Place of(String path) throws IOException {
            FileStatus s = FileStatus.of(path);
            return new Place(s.device(), s.inode());
        }
    }

    /// What a process has and no thread of another one can be given.
    ///
    /// @param root its root directory
    /// @param here its working directory
    /// @param niceness how much it lets others go first
    /// @param limits of processor time, file size, data and address space; all bits set for none
    /// @param groups it has the rights of, ascending
    record Standing(
            Place root, Place here, int niceness, List<Long> limits, List<Integer> groups) {}

    /// Reads what follows the header.
    ///
    /// @throws MalformedInputException if it breaks the format, or has text that is not UTF-8
    static Request of(byte[] body) throws MalformedInputException {
        ByteBuffer in = ByteBuffer.wrap(body);
        try {
            Place root = new Place(in.getLong(), in.getLong());
            Place here = new Place(in.getLong(), in.getLong());
            int niceness = in.getInt() - NICE_ZERO;
            List<Long> limits = new ArrayList<>();
            for (int i = 0; i < LIMITS; i++) {
                limits.add(in.getLong());
            }
            int[] groups = new int[count(in, "groups", Integer.BYTES)];
            for (int i = 0; i < groups.length; i++) {
                groups[i] = in.getInt();
            }
            Arrays.sort(groups);
            int arguments = count(in, "arguments", 1);
            int variables = count(in, "variables", 1);
            String directory = text(in);
            List<String> words = texts(in, arguments);
            Map<String, String> environment = environment(texts(in, variables));
            if (words.isEmpty() || !directory.startsWith("/") || in.hasRemaining()) {
                throw Header.malformed(in.position(), "end", "something is missing or too much");
            }
            List<Integer> sorted = Arrays.stream(groups).boxed().toList();
            return new Request(
                    new Standing(root, here, niceness, limits, sorted),
                    directory,
                    words,
                    environment);
        } catch (BufferUnderflowException e) {
            throw Header.malformed(body.length, "end", "cut off");
        }
    }

    /// A request of a client that stands as this process does.
    ///
    /// @param directory absolute
    static Request ofThisProcess(
            String directory, List<String> arguments, Map<String, String> variables)
            throws IOException {
        List<Long> limits = new ArrayList<>();
        for (int resource : LIMITED) {
            limits.add(ThisProcess.limit(resource));
        }
        Standing standing =
                new Standing(
                        Place.of("/"),
                        Place.of(directory),
                        ThisProcess.niceness(),
                        limits,
                        Arrays.stream(ThisProcess.groups()).boxed().toList());
        return new Request(standing, directory, arguments, variables);
    }

    /// The whole message of a client.
    ///
    /// @param open see [Header]
    /// @param mask permissions that new files do not get
    byte[] message(int open, int mask) {
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        put(texts, directory);
        arguments.forEach(a -> put(texts, a));
        variables.forEach((name, value) -> put(texts, name + "=" + value));
        List<Integer> groups = standing.groups;
        int fixed = 4 * Long.BYTES + Integer.BYTES + LIMITS * Long.BYTES + 3 * Integer.BYTES;
        ByteBuffer body = ByteBuffer.allocate(fixed + groups.size() * Integer.BYTES + texts.size());
        for (Place place : List.of(standing.root, standing.here)) {
            body.putLong(place.device).putLong(place.inode);
        }
        body.putInt(standing.niceness + NICE_ZERO);
        standing.limits.forEach(body::putLong);
        body.putInt(groups.size());
        groups.forEach(body::putInt);
        body.putInt(arguments.size()).putInt(variables.size()).put(texts.toByteArray());
        return ByteBuffer.allocate(Header.OCTETS + body.capacity())
                .put(new Header(Header.Kind.RUN, open, mask, body.capacity()).octets())
                .put(body.flip())
                .array();
    }

    private static void put(ByteArrayOutputStream texts, String text) {
        texts.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        texts.write(0);
    }

    /// A count of things that are still to come.
    ///
    /// @param octets the least that one of them takes
    private static int count(ByteBuffer in, String field, int octets)
            throws MalformedInputException {
        int offset = in.position();
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / octets) {
            throw Header.malformed(offset, field, "more than there are");
        }
        return count;
    }

    private static List<String> texts(ByteBuffer in, int count) throws MalformedInputException {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(text(in));
        }
        return out;
    }

    private static String text(ByteBuffer in) throws MalformedInputException {
        int start = in.position();
        int end = start;
        while (end < in.limit() && in.get(end) != 0) {
            end++;
        }
        if (end == in.limit()) {
            throw Header.malformed(start, "text", "has no end");
        }
        in.position(end + 1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(in.array(), start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Header.malformed(start, "text", "not UTF-8");
        }
    }

    /// Of several variables of a name, the first counts, as for a shell.
    private static Map<String, String> environment(List<String> lines) {
        Map<String, String> out = new LinkedHashMap<>();
        for (String line : lines) {
            int sign = line.indexOf('=');
            if (sign > 0) {
                out.putIfAbsent(line.substring(0, sign), line.substring(sign + 1));
            }
        }
        return out;
    }
}
