package dev.rearview.tools.rwrandomizeip;

import dev.rearview.engine.addresses.AddressMap;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// A file of an [AddressMap]: a header of FT_SHUFFLE, and its numbers in their order, an octet
/// each.
final class MapFile {
    private static final int VERSION = 1;

    private MapFile() {}

    static void write(Env env, String path, List<Integer> octets) throws IOException {
        OutputFiles.checkNoTerminal(env, path);
        byte[] data = new byte[AddressMap.SIZE];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (int) octets.get(i);
        }
        FileSettings settings = new FileSettings(Compression.NONE, env.silkVersion(), List.of());
        try (OutputStream out = OutputFiles.open(env, path)) {
            SilkHeader.of(SilkFormat.FT_SHUFFLE, VERSION, 1, false, settings).write(out);
            out.write(data);
        }
    }

    static List<Integer> read(Env env, String path) throws IOException {
        try (SilkFile file = InputFiles.silk(env, path)) {
            SilkHeader header = file.header();
            file.require(SilkFormat.FT_SHUFFLE, "randomization table");
            byte[] data = file.data().readNBytes(AddressMap.SIZE + 1);
            List<Integer> octets = new ArrayList<>();
            for (byte b : data) {
                octets.add(b & 0xFF);
            }
            try {
                AddressMap.check(octets);
            } catch (IllegalArgumentException e) {
                throw new MalformedInputException(
                        path, header.length(), "table", String.valueOf(e.getMessage()));
            }
            return octets;
        }
    }
}
