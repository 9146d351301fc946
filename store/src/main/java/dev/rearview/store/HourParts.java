package dev.rearview.store;

import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.hour.FlowColumns;
import dev.rearview.store.hour.HourRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which rows go to which file of a repository.
final class HourParts {
    private HourParts() {}

    /// The rows of one hourly file.
    record Part(List<HourRows.Key> keys, FlowColumns rows) {}

    /// Rows by path: two numbers of sensors may have one name.
    static Map<String, Part> of(HourRows rows, Site site) {
        Map<String, Part> out = new LinkedHashMap<>();
        rows.byHour()
                .forEach((key, blocks) -> {
                    String relative = relative(key, site);
                    Part known = out.get(relative);
                    if (known == null) {
                        List<HourRows.Key> keys = new ArrayList<>();
                        keys.add(key);
                        out.put(relative, new Part(keys, blocks));
                    } else {
                        FlowColumns both = new FlowColumns();
                        both.addAll(known.rows);
                        both.addAll(blocks);
                        known.keys.add(key);
                        out.put(relative, new Part(known.keys, both));
                    }
                });
        return out;
    }

    /// The path of an hour.
    ///
    /// @throws IOException if it lies outside the repository
    static Path hour(Path root, String relative) throws IOException {
        Path hour = root.resolve(relative).normalize();
        if (!hour.startsWith(root.normalize())) {
            throw new IOException(relative + ": lies outside the repository");
        }
        return hour;
    }

    /// Where an hour lies. Flows whose sensor or type the site no longer has keep their numbers.
    static String relative(HourRows.Key key, Site site) {
        Sensor sensor =
                site.sensor(key.sensor())
                        .orElseGet(() -> new Sensor(key.sensor(), "S" + key.sensor(), ""));
        String unknown = "type" + key.flowtype();
        Flowtype type =
                site.flowtype(key.flowtype())
                        .orElseGet(() -> new Flowtype(key.flowtype(), unknown, unknown, "unknown"));
        return site.pathFormat().expand(type, sensor, key.hourUs() / 1000);
    }

    static Map<String, String> metadata(HourRows.Key key, Site site) {
        Map<String, String> out = new LinkedHashMap<>();
        out.put("rearview.sensor", site.sensorName(key.sensor()));
        out.put("rearview.class", site.className(key.flowtype()));
        out.put("rearview.type", site.typeName(key.flowtype()));
        out.put("rearview.hour", Instant.ofEpochSecond(key.hourUs() / 1_000_000).toString());
        return out;
    }
}
