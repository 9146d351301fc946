package dev.rearview.resident;

import dev.rearview.model.MalformedInputException;
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
    private static final int NICE_ZERO = 20;

    /// A file, as the system knows it.
    record Place(long device, long inode) {}

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
