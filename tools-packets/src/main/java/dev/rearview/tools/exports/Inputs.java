package dev.rearview.tools.exports;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.model.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/// Reads the inputs of a command one by one.
public final class Inputs {
    private Inputs() {}

    /// Reads an input that is open.
    @FunctionalInterface
    public interface Work {
        void read(InputStream in) throws IOException;
    }

    /// Opens and reads an input, and tells of its damage.
    ///
    /// @return whether there is none
    /// @throws IOException if it cannot be opened
    public static boolean read(Env env, String name, Work work) throws IOException {
        try (InputStream in = InputFiles.text(env, name)) {
            work.read(in);
            env.context().check();
            return true;
        } catch (MalformedInputException e) {
            env.tell(e);
        } catch (EOFException | ZipException e) {
            env.tell(name + ": cannot be unpacked: " + e.getMessage());
        }
        return false;
    }
}
