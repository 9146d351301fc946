package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSource;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.MappedFile;
import dev.rearview.store.disk.OpenChannels;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.parquet.ParquetFields.FileMetaData;
import dev.rearview.store.parquet.ParquetFields.KeyValue;
import dev.rearview.store.parquet.encoding.ThriftReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Reads the store's own Parquet files: a batch for each row group, whose columns are decoded when
/// they are asked for. Row groups may be read by several threads, each with its own
/// [RowGroupReader].
public final class ParquetReader implements FlowSource {
    private static final int MAGIC = 0x31524150;
    private static final int MAX_FOOTER = 1 << 28;

    private final String name;
    private final MappedFile file;

    /// By which whoever reads the file first reads its pages: to map sixteen of the system's pages
    /// at a time, as they are touched, takes four times as long as that.
    private volatile @Nullable FileChannel channel;

    private final PageIndex index;
    private final long footerAt;
    private final int footerLength;

    /// Made when the file is read in order: its memory is large for a file that is only opened.
    private @Nullable RowGroupReader reader;

    private final AtomicInteger next = new AtomicInteger();

    private ParquetReader(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.file = MappedFile.of(channel);
        if (file.isMapped()) {
            OpenChannels.add(channel);
            this.channel = channel;
        } else {
            channel.close();
        }
        long size = file.size();
        if (size < 12
                || file.slice(0, 4).getInt(0) != MAGIC
                || file.slice(size - 4, 4).getInt(0) != MAGIC) {
            throw new MalformedInputException(name, 0, "", "not a whole Parquet file");
        }
        footerLength = file.slice(size - 8, 4).getInt(0);
        if (footerLength < 0 || footerLength > size - 12 || footerLength > MAX_FOOTER) {
            throw new MalformedInputException(
                    name, size - 8, "footer", "length " + footerLength + " does not fit the file");
        }
        footerAt = size - 8 - footerLength;
        PageIndex found = PageIndex.find(file, name, footerAt);
        if (found == null) {
            throw new MalformedInputException(
                    name, footerAt, "page index", "this Parquet file was not written by Rearview");
        }
        index = found;
    }

    private ParquetReader(String name, ParquetReader of) {
        this.name = name;
        this.file = of.file;
        this.channel = of.giveUpChannel();
        this.index = of.index;
        this.footerAt = of.footerAt;
        this.footerLength = of.footerLength;
    }

    /// The same file, to be read from its beginning: it stays open, and pages that were found whole
    /// are not checked again.
    ///
    /// @param as how the user spelt it this time
    public ParquetReader again(String as) {
        return new ParquetReader(as, this);
    }

    private synchronized @Nullable FileChannel giveUpChannel() {
        FileChannel own = channel;
        channel = null;
        return own;
    }

    /// Reads part of the file, unless it is at hand already or has to be looked at where it is
    /// mapped.
    ///
    /// @param into as long as the part
    /// @return whether it was read
    /// @throws IllegalStateException if the file does not reach that far
    boolean read(long at, ByteBuffer into) throws IOException {
        FileChannel from = channel;
        if (from == null) {
            return false;
        }
        try {
            for (int n = 0; into.hasRemaining(); ) {
                int more = from.read(into, at + n);
                if (more < 0) {
                    throw new IllegalStateException("the file ends before " + (at + into.limit()));
                }
                n += more;
            }
        } catch (ClosedChannelException e) {
            // Others needed it more, see OpenChannels.
            channel = null;
            return false;
        }
        into.flip();
        return true;
    }

    /// Whether a regular file starts as Parquet files do.
    public static boolean isParquet(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(4), ParquetWriter.MAGIC);
        }
    }

    /// Maps a file and finds its index.
    ///
    /// @throws MalformedInputException if it is no Parquet file of the store
    public static ParquetReader open(Path path, String name) throws IOException {
        RegularFile.check(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new ParquetReader(name, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Key-value pairs of the footer.
    ///
    /// @throws MalformedInputException if the footer is damaged
    public Map<String, String> metadata() throws IOException {
        Map<String, String> out = new HashMap<>();
        for (Map<Integer, Object> pair :
                ThriftReader.structs(footer(), FileMetaData.KEY_VALUE_METADATA)) {
            out.put(ThriftReader.text(pair, KeyValue.KEY), ThriftReader.text(pair, KeyValue.VALUE));
        }
        return out;
    }

    /// What the footer holds, by numbers of fields.
    Map<Integer, Object> footer() throws MalformedInputException {
        try {
            ByteBuffer bytes = file.slice(footerAt, footerLength);
            if (index.isOtherFooter(bytes)) {
                throw new IllegalStateException("checksum is wrong");
            }
            return new ThriftReader(bytes).struct();
        } catch (RuntimeException e) {
            throw new MalformedInputException(
                    name, footerAt, "footer", String.valueOf(e.getMessage()));
        }
    }

    /// Which columns it has.
    public Layout layout() {
        return index.layout();
    }

    /// Flows in the file.
    public long rows() {
        long rows = 0;
        for (int i = 0; i < index.groups(); i++) {
            rows += index.rows(i);
        }
        return rows;
    }

    /// Octets that it takes of the heap while it is open.
    public long heapOctets() {
        return file.heapOctets() + index.heapOctets();
    }

    /// Octets of the file.
    public long size() {
        return file.size();
    }

    /// Row groups of the file.
    public int groups() {
        return index.groups();
    }

    /// What is known of a row group before it is read.
    public RowGroupStats stats(int group) {
        return new IndexStats(file, index, group);
    }

    /// Entries of the dictionary of a column in a row group, 0 where it has none.
    public int distinct(int group, Field field) {
        return index.distinct(group, Schema.column(field));
    }

    /// As the user spelt it.
    public String name() {
        return name;
    }

    MappedFile file() {
        return file;
    }

    public PageIndex index() {
        return index;
    }

    @Override
    public @Nullable FlowBatch next() throws IOException {
        RowGroupReader own = reader == null ? new RowGroupReader() : reader;
        reader = own;
        return next(own);
    }

    private @Nullable FlowBatch next(RowGroupReader by) throws IOException {
        int group = next.getAndIncrement();
        return group < index.groups() ? by.read(this, group) : null;
    }

    @Override
    public List<FlowSource> lanes(int most) {
        List<FlowSource> out = new ArrayList<>();
        out.add(this);
        while (out.size() < Math.min(most, index.groups())) {
            out.add(new Lane());
        }
        return out;
    }

    /// Another reader of the row groups.
    private final class Lane implements FlowSource {
        private final RowGroupReader own = new RowGroupReader();

        @Override
        public @Nullable FlowBatch next() throws IOException {
            return ParquetReader.this.next(own);
        }

        @Override
        public void close() {
            // The file has no state.
        }
    }

    /// The mapping goes with its last reference.
    @Override
    public void close() throws IOException {
        FileChannel own = giveUpChannel();
        if (own != null) {
            own.close();
        }
    }
}
