package dev.rearview.nfcapd;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The files of `testdata/nfcapd`, and others made of them.
final class Samples {
    static final Path DIRECTORY =
            Path.of(System.getProperty("rearview.root", "..")).resolve("testdata/nfcapd");

    static final int HEADER = 40;

    private Samples() {}

    static byte[] file(String name) throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve(name));
    }

    /// The uncompressed file of layout 2 with its first block compressed by zstd.
    static byte[] zstd() throws IOException {
        byte[] plain = file("nfcapd.202311142210");
        byte[] block = firstBlock(plain);
        ZstdJavaCompressor zstd = new ZstdJavaCompressor();
        byte[] packed = new byte[zstd.maxCompressedLength(block.length)];
        int n = zstd.compress(block, 0, block.length, packed, 0, packed.length);
        ByteBuffer head = ByteBuffer.wrap(plain.clone()).order(ByteOrder.LITTLE_ENDIAN);
        head.put(16, (byte) 4).putLong(24, HEADER + Container.BLOCK_HEADER + n);
        head.putInt(HEADER + 4, n);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head.array(), 0, HEADER + Container.BLOCK_HEADER);
        out.write(packed, 0, n);
        return out.toByteArray();
    }

    /// The uncompressed file of layout 2 with its block several times, and without an appendix.
    static byte[] blocks(int times) throws IOException {
        byte[] plain = file("nfcapd.202311142210");
        ByteBuffer head = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(24, 0).putInt(36, times);
        int size = Container.BLOCK_HEADER + head.getInt(HEADER + 4);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, HEADER);
        for (int i = 0; i < times; i++) {
            out.write(plain, HEADER, size);
        }
        return out.toByteArray();
    }

    private static byte[] firstBlock(byte[] file) {
        int size = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER + 4);
        int from = HEADER + Container.BLOCK_HEADER;
        return Arrays.copyOfRange(file, from, from + size);
    }

    static NfcapdReader open(byte[] file) throws IOException {
        return NfcapdReader.open(new ByteArrayInputStream(file), "f");
    }

    /// All flows of a source.
    static List<FlowRecord> read(FlowSource source) throws IOException {
        List<FlowRecord> out = new ArrayList<>();
        for (FlowBatch b = source.next(); b != null; b = source.next()) {
            for (int i = 0; i < b.size(); i++) {
                FlowRecord r = new FlowRecord();
                b.get(i, r);
                out.add(r);
            }
        }
        return out;
    }
}
