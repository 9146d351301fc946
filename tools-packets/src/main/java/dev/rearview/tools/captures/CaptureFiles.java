package dev.rearview.tools.captures;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.ToolException;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/// Opens the captures that commands read and write.
public final class CaptureFiles {
    private CaptureFiles() {}

    /// Opens a capture; "-" and "stdin" are standard input.
    public static CaptureReader open(Env env, String name) throws IOException {
        if (InputFiles.isStdin(name)) {
            if (env.inIsTerminal()) {
                throw ToolException.failure("will not read binary data from a terminal");
            }
            return CaptureReader.open(env.in(), name);
        }
        InputStream in = Files.newInputStream(env.path(name));
        try {
            return CaptureReader.open(in, name);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// Opens a capture of Ethernet.
    ///
    /// @throws ToolException if it is one of something else
    public static CaptureReader ethernet(Env env, String name) throws IOException {
        CaptureReader in = open(env, name);
        if (in.firstLink() != PacketHeader.LINK_ETHERNET) {
            int link = in.firstLink();
            in.close();
            throw ToolException.failure(name + ": no capture of Ethernet: link type " + link);
        }
        return in;
    }

    /// Goes on to the next packet of a capture that has one link type.
    ///
    /// @return false at the end
    public static boolean next(CaptureReader in) throws IOException {
        boolean is = in.next();
        if (is && in.link() != in.firstLink()) {
            throw in.malformed("interface", "a packet of link type " + in.link());
        }
        return is;
    }

    /// Opens a capture to write.
    ///
    /// @param snapLength the most octets of a packet
    public static CaptureWriter create(Env env, String name, int snapLength) throws IOException {
        OutputFiles.checkNoTerminal(env, name);
        return new CaptureWriter(
                OutputFiles.openPlain(env, name), PacketHeader.LINK_ETHERNET, snapLength);
    }
}
