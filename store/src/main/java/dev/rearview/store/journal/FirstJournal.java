package dev.rearview.store.journal;

import dev.rearview.model.RecordWords;
import dev.rearview.store.disk.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/// Reads journals as they were before batches had an [Envelope], so that a new version of the
/// program takes over what an old one left.
///
/// ```
/// batch: magic u32 | count u32 | CRC-32 of the body u32 | varying u32 | body
/// ```
final class FirstJournal {
    private static final int MAGIC = 0x4B565752;
    private static final int HEADER = 16;

    private FirstJournal() {}

    /// Whether a file starts as such a journal does.
    static boolean isOne(FileChannel in) throws IOException {
        if (in.size() < HEADER) {
            return false;
        }
        return header(in, 0).getInt(0) == MAGIC;
    }

    private static ByteBuffer header(FileChannel in, long at) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        JournalReader.readFully(in, b, at);
        return b;
    }

    /// Reads up to the first batch that is not whole: nothing tells where the next one starts.
    static JournalReader.Report read(FileChannel in, JournalReader.RecordConsumer out)
            throws IOException {
        long size = in.size();
        long flows = 0;
        long batches = 0;
        long at = 0;
        while (at <= size - HEADER) {
            ByteBuffer head = header(in, at);
            int count = head.getInt(4);
            int varying = head.getInt(12);
            long length = Journal.length(count, varying);
            // The checksum says nothing of the count: where no word varies only one record is sure.
            boolean fits =
                    head.getInt(0) == MAGIC
                            && count > 0
                            && count <= (varying == 0 ? 1 : Envelope.MAX_COUNT)
                            && varying >>> RecordWords.COUNT == 0;
            if (!fits) {
                return JournalReader.Report.upTo(flows, batches, size - at, 0);
            }
            if (length > size - at - HEADER) {
                break;
            }
            ByteBuffer body = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
            JournalReader.readFully(in, body, at + HEADER);
            if (Checksum.of(body.rewind()) != head.getInt(8)) {
                return JournalReader.Report.upTo(flows, batches, size - at, 0);
            }
            out.accept(JournalReader.records(body.rewind().asLongBuffer(), count, varying), count);
            flows += count;
            batches++;
            at += HEADER + length;
        }
        return JournalReader.Report.upTo(flows, batches, 0, size - at);
    }
}
