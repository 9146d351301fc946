package dev.rearview.tools.silkconfig;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What scripts ask of an installation of SiLK. There are no headers and libraries in C here to
/// compile and link with, and so nothing is printed of these.
public final class SilkConfig implements Tool {
    private final Env env;
    private final List<Item> asked = new ArrayList<>();

    /// Something that can be asked.
    private record Item(String name, String value, String help) {}

    private static final List<Item> ITEMS =
            List.of(
                    new Item(
                            "silk-version",
                            version(),
                            "Print the version of SiLK whose files and" + " switches these are"),
                    of("compiler", "the compiler"),
                    of("cflags", "switches of the compiler"),
                    of("include", "directories of headers"),
                    of("libsilk-libs", "switches of the linker"),
                    of("libsilk-thrd-libs", "switches of the linker"),
                    of("libflowsource-libs", "switches of the linker"),
                    new Item(
                            "data-rootdir",
                            SiteOption.DEFAULT_ROOT,
                            "Print the root of the repository where neither a switch nor"
                                    + " SILK_DATA_ROOTDIR names one"),
                    of("python-site-dir", "the directory of PySiLK"));

    public SilkConfig(Env env) {
        this.env = env;
    }

    private static Item of(String name, String what) {
        return new Item(name, "", "Print " + what + ", of which there is none: an empty line");
    }

    private static String version() {
        return SilkHeader.versionText(SilkHeader.SILK_VERSION);
    }

    @Override
    public String name() {
        return "silk_config";
    }

    @Override
    public String summary() {
        return "Print what scripts ask of an installation of SiLK";
    }

    @Override
    public String usage() {
        return "[SWITCHES]";
    }

    @Override
    public String description() {
        return "Prints a line for each switch, in the order in which they are listed here, and"
                + " everything with its name if there is none. SiLK's headers and libraries in C are"
                + " no part of Rearview, whose plug-ins are not written in C, so what concerns them is"
                + " empty.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Which SiLK a script has to do with", "silk_config --silk-version"));
    }

    @Override
    public void declare(Options options) {
        for (Item item : ITEMS) {
            options.flag(item.name, item.help, () -> asked.add(item));
            if (item.name.equals("libsilk-libs")) {
                options.alias("libs", item.name);
            }
        }
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        StringBuilder out = new StringBuilder();
        for (Item item : ITEMS) {
            if (asked.isEmpty()) {
                out.append(item.name).append(": ").append(item.value).append('\n');
            } else if (asked.contains(item)) {
                out.append(item.value).append('\n');
            }
        }
        env.print(out.toString());
        return 0;
    }
}
