package dev.rearview.kit.files;

import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Small configurations: lines of UTF-8, of which blank ones and those from a `#` on say nothing.
public final class SettingLines {
    private static final int MOST_OCTETS = 1 << 20;

    private SettingLines() {}

    /// A line that says something.
    ///
    /// @param where the file and the line, for messages
    /// @param text without blanks around it
    public record Line(String where, String text) {
        /// The line is wrong.
        public MalformedInputException wrong(String why) {
            return new MalformedInputException(where, -1, "", why);
        }
    }

    /// The lines of a file that say something.
    ///
    /// @throws MalformedInputException unless it is text of a bearable size
    public static List<Line> of(Path file) throws IOException {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(MOST_OCTETS + 1);
        }
        if (octets.length > MOST_OCTETS) {
            throw new MalformedInputException(
                    file.toString(), -1, "", "more than " + MOST_OCTETS + " octets");
        }
        List<Line> out = new ArrayList<>();
        int number = 0;
        for (String line : decoded(octets, file).split("\\R", -1)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                out.add(new Line(file + ":" + number, text));
            }
        }
        return out;
    }

    private static String decoded(byte[] octets, Path file) throws MalformedInputException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedInputException(file.toString(), -1, "", "is not text in UTF-8");
        }
    }
}
