package dev.rearview.kit.site;

import dev.rearview.kit.options.ToolException;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the names of classes, types and sensors on a command line stand for.
///
/// All of them throw a [ToolException] on what the site does not have.
public final class SiteNames {
    private static final int MAX_SENSOR = 65534;

    private SiteNames() {}

    /// The class of a name.
    public static FlowClass flowClass(String name, Site s) {
        return s.flowClass(name)
                .orElseThrow(
                        () -> new ToolException(Nearest.unknown("class", name, s.classNames())));
    }

    /// The flowtype of a pair CLASS/TYPE, both by their names.
    public static Flowtype flowtype(String pair, Site s) {
        int slash = pair.indexOf('/');
        return s.flowtype(pair.substring(0, Math.max(0, slash)), pair.substring(slash + 1))
                .orElseThrow(() -> unknownFlowtype(pair, s));
    }

    private static ToolException unknownFlowtype(String pair, Site s) {
        return new ToolException(Nearest.unknown("flowtype", pair, s.flowtypePairs()));
    }

    /// What the pairs of a list stand for, each flowtype once.
    public static Set<Flowtype> flowtypes(List<String> items, Site s) {
        Set<Flowtype> out = new LinkedHashSet<>();
        for (String item : items) {
            out.addAll(flowtypes(item, s));
        }
        return out;
    }

    /// What a pair CLASS/TYPE stands for, where either part may be `all`: for all types of a class
    /// in the order of its block, otherwise by number.
    private static List<Flowtype> flowtypes(String item, Site s) {
        int slash = item.indexOf('/');
        String c = slash < 0 ? "" : item.substring(0, slash);
        String t = slash < 0 ? "" : item.substring(slash + 1);
        boolean allTypes = t.equals("all");
        // A class that is itself called "all" is meant by its name, where it has the type.
        Optional<Flowtype> exact = s.flowtype(c, t);
        List<Flowtype> found;
        if (exact.isPresent()) {
            found = List.of(exact.get());
        } else if (c.equals("all")) {
            found = s.flowtypes().stream().filter(x -> allTypes || x.type().equals(t)).toList();
        } else {
            found = allTypes ? s.flowClass(c).map(FlowClass::types).orElse(List.of()) : List.of();
        }
        if (found.isEmpty()) {
            throw unknownFlowtype(item, s);
        }
        return found;
    }

    /// What the items of a list stand for, each sensor once.
    public static Set<Sensor> sensors(List<String> items, Site s) {
        Set<Sensor> out = new LinkedHashSet<>();
        for (String item : items) {
            out.addAll(sensors(item, s));
        }
        return out;
    }

    /// The sensors that an item of a list stands for: a name, a number, a range of numbers or a
    /// group.
    private static List<Sensor> sensors(String item, Site s) {
        return Character.isDigit(item.charAt(0)) ? numbered(item, s) : named(item, s);
    }

    private static List<Sensor> named(String item, Site s) {
        Optional<Sensor> sensor = s.sensor(item);
        if (sensor.isPresent()) {
            return List.of(sensor.get());
        }
        List<Sensor> group = s.groups().get(item);
        if (group == null) {
            throw new ToolException(
                    Nearest.unknown("sensor or group", item, s.sensorAndGroupNames()));
        }
        return group;
    }

    private static List<Sensor> numbered(String item, Site s) {
        int dash = item.indexOf('-');
        int low = number(dash < 0 ? item : item.substring(0, dash));
        int high = dash < 0 ? low : number(item.substring(dash + 1));
        for (int id : new int[] {low, high}) {
            if (s.sensor(id).isEmpty()) {
                throw new ToolException("unknown sensor " + id);
            }
        }
        if (high < low) {
            throw new ToolException("sensor range '" + item + "' runs down");
        }
        return s.sensors().stream().filter(x -> x.id() >= low && x.id() <= high).toList();
    }

    private static int number(String text) {
        return (int) IpText.parseDigits(text, MAX_SENSOR, "sensor");
    }
}
