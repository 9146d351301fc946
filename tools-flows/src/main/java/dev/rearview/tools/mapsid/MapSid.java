package dev.rearview.tools.mapsid;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Maps between sensor names and numbers.
public final class MapSid implements Tool {
    private final Env env;
    private final SiteOption site;
    private final TableOptions table;
    private boolean classes;
    private boolean descriptions;

    public MapSid(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "mapsid";
    }

    @Override
    public String summary() {
        return "Map between sensor names and sensor numbers";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [SENSORS]";
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("Name the sensors 0 and 2", "mapsid 0 2"));
    }

    @Override
    public void declare(Options options) {
        options.flag("print-classes", "Print the classes of each sensor", () -> classes = true);
        options.flag(
                "print-descriptions",
                "Print the description of each sensor",
                () -> descriptions = true);
        table.declareFormat(options);
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        Site s = site.requireSite();
        if (table.isStructured()) {
            rows(operands, s);
            return 0;
        }
        StringBuilder out = new StringBuilder();
        int width = s.sensorWidth();
        if (operands.isEmpty()) {
            for (Sensor sensor : s.sensors()) {
                numberLine(sensor, s, width, out);
            }
            out.append("Total sensors ").append(s.sensors().size()).append('\n');
        }
        for (String operand : operands) {
            lookUp(operand, s, width, out);
        }
        env.print(out.toString());
        return 0;
    }

    private void rows(List<String> operands, Site s) {
        List<String> titles = new ArrayList<>(List.of("sensor-id#", "sensor"));
        if (classes) {
            titles.add("classes");
        }
        if (descriptions) {
            titles.add("description");
        }
        Table rows = table.structured(env.out(), titles);
        List<Sensor> wanted =
                operands.isEmpty()
                        ? List.copyOf(s.sensors())
                        : operands.stream().flatMap(o -> find(o, s).stream()).toList();
        for (Sensor sensor : wanted) {
            rows.cell(sensor.id());
            rows.cell(sensor.name());
            if (classes) {
                rows.cell(classesOf(sensor, s));
            }
            if (descriptions) {
                rows.cell(sensor.description());
            }
            rows.endRow();
        }
        rows.finish();
    }

    private Optional<Sensor> find(String operand, Site s) {
        String text = operand.strip();
        Optional<Sensor> found =
                isNumber(text)
                        ? s.sensor(Integer.parseInt(text))
                        : s.sensors().stream()
                                .filter(x -> x.name().equalsIgnoreCase(operand))
                                .findFirst();
        if (found.isEmpty()) {
            env.tell("there is no sensor '" + operand + "'");
        }
        return found;
    }

    private static boolean isNumber(String text) {
        return text.matches("\\+?[0-9]{1,9}");
    }

    private void lookUp(String operand, Site s, int width, StringBuilder out) {
        Optional<Sensor> found = find(operand, s);
        if (found.isEmpty()) {
            return;
        }
        Sensor sensor = found.get();
        if (isNumber(operand.strip())) {
            numberLine(sensor, s, width, out);
            return;
        }
        out.append(String.format(Locale.ROOT, "%s -> %5d", sensor.name(), sensor.id()));
        extras(sensor, s, out);
        out.append('\n');
    }

    private void numberLine(Sensor sensor, Site s, int width, StringBuilder out) {
        out.append(String.format(Locale.ROOT, "%5d -> %s", sensor.id(), sensor.name()));
        if (classes || descriptions) {
            out.append(" ".repeat(Math.max(0, width - sensor.name().length())));
        }
        extras(sensor, s, out);
        out.append('\n');
    }

    private static String classesOf(Sensor sensor, Site s) {
        return s.classesOf(sensor).stream().map(FlowClass::name).collect(Collectors.joining(","));
    }

    private void extras(Sensor sensor, Site s, StringBuilder out) {
        if (classes) {
            out.append("  [").append(classesOf(sensor, s)).append(']');
        }
        if (descriptions && !sensor.description().isEmpty()) {
            out.append("  \"").append(sensor.description()).append('"');
        }
    }
}
