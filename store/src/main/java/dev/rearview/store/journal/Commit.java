package dev.rearview.store.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of a journal of datagrams: the segments that hold its flows, and wait under the
/// names of [SegmentFiles] to be put to their hours. A [Journal] of the same number holds it, with
/// the flows for which no segment could be written. That journal is there as a whole or not at all:
/// from when it is there the datagrams are not decoded again.
///
/// | octets of the body | |
/// |---|---|
/// | 0 | number of the epoch of the flows that have no segment |
/// | 8 | datagrams that were lost in the journal, as far as it tells |
/// | 16 | 2 octets for the length and UTF-8: what was wrong with the journal, empty if nothing was |
/// | | segments |
///
/// | octets of a segment | |
/// |---|---|
/// | 0 | number of its epoch |
/// | 8 | start of its hour, microseconds since 1970 |
/// | 16 | number of its file |
/// | 20 | flows |
/// | 24 | number of its sensor, 2 octets |
/// | 26 | number of its flowtype, 2 octets |
/// | 28 | path of the hour relative to the repository: 2 octets for the length, UTF-8 |
///
/// @param rest number of the epoch of the flows that have no segment
/// @param lost datagrams of the journal that were lost
/// @param trouble what was wrong with the journal, or ""
public record Commit(long rest, long lost, String trouble, List<Segment> segments) {
    /// Segments of a batch.
    private static final int AT_ONCE = 4096;

    private static final int FIXED = 2 * Long.BYTES + Short.BYTES;
    private static final int SEGMENT = 30;

    /// Octets of a path, and of what was wrong.
    private static final int MAX_TEXT = 1 << 12;

    /// A file with flows.
    ///
    /// @param epoch of its flows
    /// @param file its number among those of the journal
    /// @param place where it belongs
    public record Segment(long epoch, int file, int flows, Place place) {}

    /// An hour of a sensor and type.
    ///
    /// @param hourUs its start
    /// @param relative path of the classic hourly file below the root
    public record Place(int flowtype, int sensor, long hourUs, String relative) {}

    /// What goes into one batch each; at least one.
    List<Commit> parts() {
        List<Commit> out = new ArrayList<>();
        int from = 0;
        do {
            int to = Math.min(segments.size(), from + AT_ONCE);
            out.add(new Commit(rest, lost, trouble, segments.subList(from, to)));
            from = to;
        } while (from < segments.size());
        return out;
    }

    /// What the envelope tells of the number of segments, which is at least 1 there.
    int count() {
        return segments.size() + 1;
    }

    byte[] octets() {
        byte[] what = text(trouble);
        List<byte[]> paths = new ArrayList<>();
        int length = FIXED + what.length;
        for (Segment s : segments) {
            byte[] path = text(s.place.relative);
            paths.add(path);
            length += SEGMENT + path.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(rest).putLong(lost).putShort((short) what.length).put(what);
        for (int i = 0; i < paths.size(); i++) {
            Segment s = segments.get(i);
            out.putLong(s.epoch).putLong(s.place.hourUs).putInt(s.file).putInt(s.flows);
            out.putShort((short) s.place.sensor).putShort((short) s.place.flowtype);
            out.putShort((short) paths.get(i).length).put(paths.get(i));
        }
        return out.array();
    }

    private static byte[] text(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length > MAX_TEXT) {
            throw new IllegalArgumentException("a text of " + octets.length + " octets");
        }
        return octets;
    }

    /// Reads a body.
    ///
    /// @param body little-endian, from 0 to its limit
    /// @param count of the envelope
    /// @return null if it is none
    static @Nullable Commit read(ByteBuffer body, int count) {
        if (body.remaining() < FIXED) {
            return null;
        }
        long rest = body.getLong();
        long lost = body.getLong();
        String trouble = text(body);
        List<Segment> out = new ArrayList<>();
        while (trouble != null && body.remaining() >= SEGMENT) {
            long epoch = body.getLong();
            long hourUs = body.getLong();
            int file = body.getInt();
            int flows = body.getInt();
            int sensor = Short.toUnsignedInt(body.getShort());
            int flowtype = Short.toUnsignedInt(body.getShort());
            String relative = text(body);
            if (relative == null || file < 0 || flows < 0) {
                return null;
            }
            Place place = new Place(flowtype, sensor, hourUs, relative);
            out.add(new Segment(epoch, file, flows, place));
        }
        if (trouble == null || body.hasRemaining() || out.size() + 1 != count) {
            return null;
        }
        return new Commit(rest, lost, trouble, out);
    }

    private static @Nullable String text(ByteBuffer body) {
        int length = Short.toUnsignedInt(body.getShort());
        if (length > MAX_TEXT || length > body.remaining()) {
            return null;
        }
        byte[] octets = new byte[length];
        body.get(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
