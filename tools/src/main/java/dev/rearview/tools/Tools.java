package dev.rearview.tools;

import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Tool;
import dev.rearview.tools.mapsid.MapSid;
import dev.rearview.tools.rwcat.RwCat;
import dev.rearview.tools.rwcount.RwCount;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwset.RwSet;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwstats.RwStats;
import dev.rearview.tools.rwuniq.RwUniq;
import java.util.List;
import java.util.Optional;

/// The registry of commands.
public final class Tools {
    private static final List<String> NAMES =
            List.of(
                    "mapsid",
                    "rwcat",
                    "rwcount",
                    "rwcut",
                    "rwfilter",
                    "rwset",
                    "rwsetbuild",
                    "rwsetcat",
                    "rwsort",
                    "rwstats",
                    "rwuniq");

    private Tools() {}

    /// All commands, ascending.
    public static List<String> names() {
        return NAMES;
    }

    /// A fresh instance of a command, empty if the name is unknown.
    public static Optional<Tool> create(String name, Env env) {
        return Optional.ofNullable(
                switch (name) {
                    case "mapsid" -> new MapSid(env);
                    case "rwcat" -> new RwCat(env);
                    case "rwcount" -> new RwCount(env);
                    case "rwcut" -> new RwCut(env);
                    case "rwfilter" -> new RwFilter(env);
                    case "rwset" -> new RwSet(env);
                    case "rwsetbuild" -> new RwSetBuild(env);
                    case "rwsetcat" -> new RwSetCat(env);
                    case "rwsort" -> new RwSort(env);
                    case "rwstats" -> new RwStats(env);
                    case "rwuniq" -> new RwUniq(env);
                    default -> null;
                });
    }
}
