package dev.rearview.tools.install;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// `rearview uninstall`: removes exactly what `rearview install` put somewhere.
public final class Uninstall implements Tool {
    private final Env env;
    private final Place place;

    public Uninstall(Env env) {
        this.env = env;
        this.place = new Place(env);
    }

    @Override
    public String name() {
        return "uninstall";
    }

    @Override
    public String summary() {
        return "Remove what rearview install put somewhere; repositories stay";
    }

    @Override
    public String usage() {
        return "[--prefix=DIR] [--destdir=DIR]";
    }

    @Override
    public String description() {
        return """
        Without --prefix the installation that is running is meant, or the one in the default\
         directory. Files that were added to its directories stay.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("From where it was", "sudo rearview uninstall --prefix=/usr/local"));
    }

    @Override
    public void declare(Options options) {
        place.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        Path prefix = place.installed();
        Manifest manifest = Manifest.read(prefix);
        if (manifest.equals(Manifest.NONE)) {
            throw new ToolException("nothing is installed in " + prefix + ": use --prefix");
        }
        // The list goes last, so that what fails can be tried again.
        int removed = manifest.removeFiles(prefix, Set.of(Manifest.PATH));
        removed += new Manifest(Set.of(Manifest.PATH), Set.of()).removeFiles(prefix, Set.of());
        manifest.removeDirectories(prefix);
        String text = "Removed " + removed + " files from " + prefix + ".\n";
        env.print(text);
        return 0;
    }
}
