package dev.rearview.tools.mapsid;

import dev.rearview.site.FlowClass;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.tools.kit.Env;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.SiteOption;
import dev.rearview.tools.kit.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Maps between sensor names and numbers.
public final class MapSid implements Tool {
    private final Env env;
    private final SiteOption site;
    private boolean classes;
    private boolean descriptions;

    public MapSid(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
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
        site.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        Site s = site.requireSite();
        StringBuilder out = new StringBuilder();
        if (operands.isEmpty()) {
            int width =
                    s.sensors().stream().map(Sensor::name).mapToInt(String::length).max().orElse(0);
            for (Sensor sensor : s.sensors()) {
                numberLine(sensor, s, width, out);
            }
            out.append("Total sensors ").append(s.sensors().size()).append('\n');
        }
        int width = s.sensors().stream().map(Sensor::name).mapToInt(String::length).max().orElse(0);
        for (String operand : operands) {
            lookUp(operand, s, width, out);
        }
        env.out().write(out.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private void lookUp(String operand, Site s, int width, StringBuilder out) {
        String text = operand.strip();
        if (text.matches("\\+?[0-9]{1,9}")) {
            Optional<Sensor> sensor = s.sensor(Integer.parseInt(text));
            if (sensor.isPresent()) {
                numberLine(sensor.get(), s, width, out);
            } else {
                env.err().println("mapsid: there is no sensor " + text);
            }
            return;
        }
        Optional<Sensor> sensor =
                s.sensors().stream().filter(x -> x.name().equalsIgnoreCase(operand)).findFirst();
        if (sensor.isEmpty()) {
            env.err().println("mapsid: there is no sensor '" + operand + "'");
            return;
        }
        out.append(String.format(Locale.ROOT, "%s -> %5d", sensor.get().name(), sensor.get().id()));
        extras(sensor.get(), s, out);
        out.append('\n');
    }

    private void numberLine(Sensor sensor, Site s, int width, StringBuilder out) {
        out.append(String.format(Locale.ROOT, "%5d -> %s", sensor.id(), sensor.name()));
        if (classes || (descriptions && !sensor.description().isEmpty())) {
            out.append(" ".repeat(Math.max(0, width - sensor.name().length())));
        }
        extras(sensor, s, out);
        out.append('\n');
    }

    private void extras(Sensor sensor, Site s, StringBuilder out) {
        if (classes) {
            out.append("  [")
                    .append(
                            s.classesOf(sensor).stream()
                                    .map(FlowClass::name)
                                    .collect(Collectors.joining(",")))
                    .append(']');
        }
        if (descriptions && !sensor.description().isEmpty()) {
            out.append("  \"").append(sensor.description()).append('"');
        }
    }
}
