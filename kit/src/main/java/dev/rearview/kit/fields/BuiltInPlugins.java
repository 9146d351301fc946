package dev.rearview.kit.fields;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.Nearest;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The plug-ins of SiLK that are built in, and which of them a command was told to use.
public final class BuiltInPlugins {
    public static final String FLOW_RATE = "flowrate.so";
    public static final String FLOW_KEY = "flowkey.so";
    public static final String CUT_MATCH = "cutmatch.so";
    public static final String SIDES = "int-ext-fields.so";
    public static final String CONFICKER = "conficker-c.so";
    public static final String APPLICATION_MISMATCH = "app-mismatch.so";

    /// Their names; of the last four all that they bring is always there.
    public static final List<String> NAMES =
            List.of(
                    FLOW_RATE,
                    FLOW_KEY,
                    CUT_MATCH,
                    SIDES,
                    CONFICKER,
                    APPLICATION_MISMATCH,
                    "addrtype.so",
                    "ccfilter.so",
                    "pmapfilter.so",
                    "ipafilter.so");

    /// How the argument of `--plugin` is told.
    public static final String HELP =
            "Use what a plug-in of SiLK adds, which is built in: "
                    + String.join(", ", NAMES)
                    + "; or a plug-in in Java: FILE.jar";

    /// The variable that names jars, or directories of some, which every command loads.
    private static final String VARIABLE = "REARVIEW_PLUGINS";

    private final List<String> used = new ArrayList<>();
    private final List<String> jars = new ArrayList<>();

    /// A switch that would run code in Python, and says what does the same here.
    ///
    /// @param instead what does the same
    public static void declarePython(Options options, String name, String instead) {
        options.value(
                        name,
                        "TEXT",
                        "Refused, as no Python runs here: use " + instead,
                        v -> {
                            throw new ToolException(
                                    "--" + name + ": no Python runs here; use " + instead);
                        })
                .inFull();
    }

    /// Takes the argument of a `--plugin`.
    ///
    /// @param value a name, before which a path may stand
    /// @return the name alone
    public String add(String value) {
        if (value.endsWith(".jar")) {
            jars.add(value);
            return value;
        }
        String name = value.substring(value.lastIndexOf('/') + 1);
        if (!NAMES.contains(name)) {
            throw new ToolException(
                    Nearest.unknown("plug-in", value, NAMES)
                            + ". Programs for SiLK do not run here: their tests may be written as"
                            + " rwfilter --expr, their fields as --fields=NAME=(EXPR); plug-ins in"
                            + " Java are jars");
        }
        if (used.contains(name)) {
            throw new ToolException("plug-in " + name + " is given twice");
        }
        used.add(name);
        return name;
    }

    /// The jars of plug-ins in Java, and directories of them.
    public List<String> jars(Env env) {
        Optional<String> paths = env.variable(VARIABLE);
        if (paths.isEmpty()) {
            return jars;
        }
        List<String> out = new ArrayList<>();
        for (String path : paths.get().split(File.pathSeparator, -1)) {
            if (!path.isEmpty()) {
                out.add(path);
            }
        }
        out.addAll(jars);
        return out;
    }

    /// Whether a plug-in is used.
    public boolean has(String name) {
        return used.contains(name);
    }

    /// Those that are used, in the order given.
    public List<String> used() {
        return used;
    }
}
