package dev.rearview.nfcapd;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the flows of one file. A record that counts both directions is two flows.
public final class NfcapdReader implements FlowSource {
    private static final int BATCH = 4096;

    private final Container file;
    private final Records records;
    private final FlowRecord record = new FlowRecord();
    private final FlowBatch batch = FlowBatch.allocate(BATCH);
    private final Block block;
    private boolean ahead;
    private int at;
    private int left;
    private @Nullable MalformedInputException damage;
    private boolean told;
    private boolean closed;

    private NfcapdReader(Container file) {
        this.file = file;
        this.block = file.newBlock();
        this.records = file.layout() == 1 ? new Records1() : new Records2();
    }

    /// Reads the header of a file; closes `in` if that fails.
    ///
    /// @param name for messages
    /// @throws MalformedInputException if the header is damaged, or of an unknown layout
    public static NfcapdReader open(InputStream in, String name) throws IOException {
        return new NfcapdReader(new Container(in, name));
    }

    /// What the header of a file says.
    ///
    /// @param layout 1 or 2
    /// @param packing name and number of the compression method
    /// @param headerLength octets before the first block
    public record Header(int layout, boolean isBigEndian, String packing, int headerLength) {}

    public Header header() {
        return file.header();
    }

    /// Whether the first octets are those of a file of nfcapd.
    ///
    /// @param start at least two octets, or all that there are
    public static boolean isNfcapd(byte[] start) {
        return start.length >= 2
                && (start[0] == 0x0C && start[1] == (byte) 0xA5
                        || start[0] == (byte) 0xA5 && start[1] == 0x0C);
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        batch.reset();
        while (damage == null && batch.size() < BATCH - 1) {
            try {
                if (at == block.data.limit() && !nextBlock()) {
                    break;
                }
                if (at < block.data.limit()) {
                    decode();
                }
            } catch (MalformedInputException bad) {
                // The rows before it go first.
                file.stop();
                damage = bad;
            }
        }
        if (batch.size() > 0) {
            return batch;
        }
        MalformedInputException e = damage;
        if (e != null && !told) {
            told = true;
            throw e;
        }
        file.fail();
        return null;
    }

    private boolean nextBlock() throws IOException {
        if (left != 0) {
            throw block.damage(at, "is missing: " + left + " more are counted");
        }
        if (!ahead && !file.read(block)) {
            return false;
        }
        ahead = false;
        at = 0;
        left = 0;
        block.unpack();
        left = file.layout() == 1 ? 0 : block.records;
        return true;
    }

    private void decode() throws MalformedInputException {
        int there = block.data.limit() - at;
        int size = there < Records.HEAD ? 0 : block.data.getShort(at + 2) & 0xFFFF;
        if (size < Records.HEAD || size > there) {
            throw block.damage(at, "has " + size + " octets where " + there + " are left");
        }
        record.clear();
        boolean isFlow;
        try {
            isFlow = records.decode(block.data, at, size, record);
        } catch (Records.Damage e) {
            throw block.damage(at, String.valueOf(e.getMessage()));
        }
        if (file.layout() != 1 && --left < 0) {
            throw block.damage(at, "is one more than are counted");
        }
        at += size;
        if (!isFlow) {
            return;
        }
        if (record.isIpv6() && record.nhipHi == 0 && record.nhipLo == Ip.MAPPED) {
            record.nhipLo = 0;
        }
        if ((record.packets | record.bytes) == 0) {
            // Counted behind the exporter only.
            record.packets = records.reversePackets;
            record.bytes = records.reverseBytes;
            records.reversePackets = 0;
        }
        batch.add(record);
        if (records.reversePackets != 0) {
            records.reverse(record);
            batch.add(record);
        }
    }

    /// Decompressing and decoding take longer than reading: each lane does it for the blocks that
    /// it has read. In layout 1 records need the extension maps of blocks before theirs.
    @Override
    public List<FlowSource> lanes(int most) {
        List<FlowSource> out = new ArrayList<>();
        out.add(this);
        if (most > 1 && file.layout() != 1) {
            ahead = file.read(block);
            while (ahead && file.hasMore() && out.size() < most) {
                file.share();
                out.add(new NfcapdReader(file));
            }
        }
        return out;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            file.close();
        }
    }
}
