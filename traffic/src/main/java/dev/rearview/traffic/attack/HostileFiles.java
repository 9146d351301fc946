package dev.rearview.traffic.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/// Files for a polled directory that nobody wants there.
///
/// Names come one after the other; each is there as a whole at once, as by a rename.
public final class HostileFiles {
    private static final int MEMBER = 64 << 20;
    private static final int PCAP = 0xA1B2C3D4;

    /// Names that a shell would take for more.
    private static final List<String> NAMES =
            List.of(
                    "a;touch x;b",
                    "$(touch x)",
                    "`touch x`",
                    "-rf",
                    "a b\tc",
                    "line\nbreak",
                    "'\"",
                    "%s%n%x",
                    "é\u202E€",
                    "n".repeat(250));

    private final Path directory;
    private final SplittableRandom random;
    private long made;
    private long messages;

    /// @param options directory and seed
    public HostileFiles(AttackOptions options) {
        this.directory = options.directory();
        this.random = new SplittableRandom(options.seed());
    }

    /// Puts the file in place under its last name.
    private void put(String name, byte[] bytes) throws IOException {
        Path hidden = directory.resolve(".making");
        Files.write(hidden, bytes);
        Files.move(hidden, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        made++;
    }

    /// A file that unpacks to many times its size; so many members of 64 MiB of zeros.
    ///
    /// @return octets of the file
    public long bomb(String name, int members) throws IOException {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < MEMBER / zeros.length; i++) {
                gzip.write(zeros);
            }
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < members; i++) {
            member.writeTo(all);
        }
        put(name, all.toByteArray());
        return all.size();
    }

    /// Files with such names, each of one whole message with options only.
    public void names() throws IOException {
        for (String name : NAMES) {
            put(name, optionsOnly());
            messages++;
        }
    }

    /// An IPFIX message without a data record: valid, and nothing to store.
    private static byte[] optionsOnly() {
        Message m = Message.ipfix(Message.nowS(), 0, 1).set(3);
        m.u16(256).u16(2).u16(1).u16(10).u16(4).u16(34).u16(4).set(256).u32(1).u32(100);
        return m.bytes();
    }

    /// Captures that are cut, that lie about lengths, and noise.
    public void damaged() throws IOException {
        put("empty", new byte[0]);
        put("options", optionsOnly());
        messages++;
        put("cut.pcap", capture(40, 20));
        put("long.pcap", capture(Integer.MAX_VALUE, 60));
        put("negative.pcap", capture(-1, 60));
        put("head.pcap", ByteBuffer.allocate(4).putInt(PCAP).array());
        byte[] noise = new byte[10_000];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextInt();
        }
        put("noise", noise);
        noise[0] = 0x1F;
        noise[1] = (byte) 0x8B;
        noise[2] = 8;
        put("noise.gz", noise);
        put(
                "long.ipfix",
                ByteBuffer.allocate(20).putShort((short) 10).putShort((short) -1).array());
    }

    /// @param length what the packet's header says
    /// @param there what there is
    private static byte[] capture(int length, int there) {
        ByteBuffer b = ByteBuffer.allocate(40 + there).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(PCAP).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535).putInt(1);
        b.putInt(1_700_000_000).putInt(0).putInt(length).putInt(length);
        return b.array();
    }

    /// What is no file: links to one, to itself and to nowhere, and a directory.
    public void links() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        Files.createSymbolicLink(directory.resolve("up"), directory);
        Files.createSymbolicLink(directory.resolve("nowhere"), directory.resolve("not-there"));
        Files.createDirectory(directory.resolve("directory"));
        made += 5;
    }

    /// Files and links made.
    public long made() {
        return made;
    }

    /// Whole messages in the files made.
    public long messages() {
        return messages;
    }

    /// The attack: all of them, the bomb of `count` members of 64 MiB, at most 1000.
    static long put(AttackOptions options) throws IOException {
        HostileFiles files = new HostileFiles(options);
        files.bomb("bomb.gz", (int) Math.min(1000, options.count()));
        files.names();
        files.damaged();
        files.links();
        return files.made();
    }
}
