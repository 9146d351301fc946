package dev.rearview.store.kept;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is known of a kept journal without reading it, as a text file `NUMBER.index` beside it:
///
/// ```
/// rearview-kept 1
/// number 0000018c3f2a1b00
/// after 0000018c3f2a1afe
/// received 1764460800000000 1764460804998000
/// datagrams 1200
/// flows 36000
/// hours 1764457200000000 1764460800000000
/// epochs 18c3f2a1b00+1
/// window 2592000000000 86400000000
/// crc32 abca430e
/// ```
///
/// One that is damaged is void; the journal itself then tells what it can.
///
/// @param number of the journal
/// @param after number of the journal at whose end exporters had announced what they had at the
///   begin of this one; -1 if there was none, [#UNKNOWN] if that is not known
/// @param received when its datagrams came
/// @param given what became of them
/// @param window starts of flows that were believed
public record KeptIndex(long number, long after, Received received, Given given, Window window) {
    /// Nobody knows which journal came before.
    public static final long UNKNOWN = -2;

    private static final String VERSION = "rearview-kept 1\n";
    private static final String SPACE = "(-?\\d{1,18}) (-?\\d{1,18})\n";

    /// Octets of an index at most: a journal has some hundred epochs at most.
    private static final int MAX_OCTETS = 1 << 16;

    private static final Pattern TEXT =
            Pattern.compile(
                    "("
                            + VERSION
                            + "number ([0-9a-f]{16})\nafter ([0-9a-f]{16}|none)\nreceived "
                            + SPACE
                            + "datagrams (\\d{1,18})\nflows (\\d{1,18})\nhours "
                            + SPACE
                            + "epochs ([0-9a-f,+]*)\nwindow (\\d{1,18} \\d{1,18})\n)"
                            + "crc32 ([0-9a-f]{8})\n");

    /// The datagrams of a journal.
    ///
    /// @param fromUs when the first one came, microseconds since 1970
    /// @param toUs when the last one came
    /// @param datagrams how many
    public record Received(long fromUs, long toUs, long datagrams) {}

    /// What became of them.
    ///
    /// @param firstHourUs start of the first hour that they gave flows for, microseconds since 1970
    /// @param lastHourUs start of the last one; the same as the first one if they gave none
    /// @param epochs that segments with these flows have
    public record Given(long flows, long firstHourUs, long lastHourUs, EpochSet epochs) {
        /// Of a journal of which no flow came.
        public static Given nothing(long number) {
            return new Given(0, 0, 0, EpochSet.of(number));
        }
    }

    /// Starts of flows that were believed, relative to their receipt.
    public record Window(long backUs, long aheadUs) {
        /// That of a journal whose index is damaged.
        public static final Window NONE = new Window(0, 0);
    }

    /// Reads when datagrams of a journal came.
    ///
    /// @throws MalformedInputException if it has none that is whole
    public static Received received(Path journal, long number) throws IOException {
        long[] range = {Long.MAX_VALUE, Long.MIN_VALUE};
        JournalReader.Report report;
        try (DatagramFollower in =
                DatagramFollower.open(
                        journal,
                        number,
                        d -> {
                            range[0] = Math.min(range[0], d.receivedUs());
                            range[1] = Math.max(range[1], d.receivedUs());
                        })) {
            report = in.finish();
        }
        if (report.flows() == 0) {
            throw new MalformedInputException(journal.toString(), 0, "", "no datagram is whole");
        }
        return new Received(range[0], range[1], report.flows());
    }

    /// Puts it in place, forced to the disk.
    void write(Path file) throws IOException {
        Disk.replace(file, out -> out.write(text().getBytes(StandardCharsets.US_ASCII)));
    }

    String text() {
        String body =
                VERSION
                        + String.format(Locale.ROOT, "number %016x\n", number)
                        + (after < 0
                                ? "after none\n"
                                : String.format(Locale.ROOT, "after %016x\n", after))
                        + ("received " + received.fromUs + " " + received.toUs + "\n")
                        + ("datagrams " + received.datagrams + "\n")
                        + ("flows " + given.flows + "\n")
                        + ("hours " + given.firstHourUs + " " + given.lastHourUs + "\n")
                        + ("epochs " + given.epochs + "\n")
                        + ("window " + window.backUs + " " + window.aheadUs + "\n");
        return body + "crc32 " + Checksum.ofText(body) + "\n";
    }

    /// Reads an index.
    ///
    /// @param number of its journal
    /// @return empty if it is damaged, missing, or another journal's
    static Optional<KeptIndex> read(Path file, long number) {
        try {
            if (RegularFile.checkOwn(file).size() > MAX_OCTETS) {
                return Optional.empty();
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return parse(text).filter(i -> i.number == number);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<KeptIndex> parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches() || !m.group(12).equals(Checksum.ofText(m.group(1)))) {
            return Optional.empty();
        }
        try {
            boolean isFirst = m.group(3).equals("none");
            long number = number(m.group(2));
            long after = isFirst ? -1 : number(m.group(3));
            Received received = new Received(whole(m, 4), whole(m, 5), whole(m, 6));
            EpochSet epochs = EpochSet.parse(m.group(10));
            Given given = new Given(whole(m, 7), whole(m, 8), whole(m, 9), epochs);
            String[] window = m.group(11).split(" ", -1);
            return Optional.of(
                    new KeptIndex(
                            number,
                            after,
                            received,
                            given,
                            new Window(Long.parseLong(window[0]), Long.parseLong(window[1]))));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long whole(Matcher m, int group) {
        return Long.parseLong(m.group(group));
    }

    private static long number(String digits) {
        long number = Long.parseUnsignedLong(digits, 16);
        if (number < 0 || number >= RepositoryLock.MAX_EPOCH) {
            throw new IllegalArgumentException("no number of a journal");
        }
        return number;
    }
}
