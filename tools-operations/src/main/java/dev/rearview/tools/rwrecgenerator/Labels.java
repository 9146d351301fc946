package dev.rearview.tools.rwrecgenerator;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteNames;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.sets.PrefixMap;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which type and sensor flows get: by their direction, whether they are of the web, and a map of
/// the internal address.
final class Labels {

    private final Env env;
    private final SiteOption site;
    private Optional<String> in = Optional.empty();
    private Optional<String> inWeb = Optional.empty();
    private Optional<String> out = Optional.empty();
    private Optional<String> outWeb = Optional.empty();
    private Optional<String> map = Optional.empty();

    Labels(Env env, SiteOption site) {
        this.env = env;
        this.site = site;
    }

    void declare(Options options) {
        options.value(
                "flowtype-in",
                "CLASS/TYPE",
                "Class and type of flows from external to internal hosts; default all/in",
                v -> in = Optional.of(v));
        options.value(
                "flowtype-inweb",
                "CLASS/TYPE",
                "The same of ports 80, 443 and 8080; default that of --flowtype-in, or all/inweb",
                v -> inWeb = Optional.of(v));
        options.value(
                "flowtype-out",
                "CLASS/TYPE",
                "Class and type of flows from internal to external hosts; default all/out",
                v -> out = Optional.of(v));
        options.value(
                "flowtype-outweb",
                "CLASS/TYPE",
                "The same of ports 80, 443 and 8080; default that of --flowtype-out, or"
                        + " all/outweb",
                v -> outWeb = Optional.of(v));
        options.value(
                "sensor-prefix-map",
                "PATH",
                "Number of the sensor by internal address: those of the map's labels; default is"
                        + " the first sensor of the class",
                v -> map = Optional.of(v));
    }

    /// Looks up what the switches name.
    Assigned read() throws IOException {
        Site s = site.requireSite();
        Assigned found =
                new Assigned(
                        flowtype(s, in.orElse("all/in"), "--flowtype-in"),
                        flowtype(s, inWeb.or(() -> in).orElse("all/inweb"), "--flowtype-inweb"),
                        flowtype(s, out.orElse("all/out"), "--flowtype-out"),
                        flowtype(s, outWeb.or(() -> out).orElse("all/outweb"), "--flowtype-outweb"),
                        map.isPresent() ? InputFiles.map(env, map.get()) : null,
                        s);
        if (found.map != null && found.map.kind() == PrefixMap.Kind.PROTO_PORT) {
            throw new ToolException("--sensor-prefix-map has to map addresses");
        }
        return found;
    }

    private static Flowtype flowtype(Site s, String pair, String option) {
        try {
            return SiteNames.flowtype(pair, s);
        } catch (ToolException e) {
            throw new ToolException("invalid " + option + ": " + e.getMessage());
        }
    }

    /// What flows get.
    record Assigned(
            Flowtype in,
            Flowtype inWeb,
            Flowtype out,
            Flowtype outWeb,
            @Nullable PrefixMap map,
            Site site) {
        void label(FlowRecord r) {
            boolean isOutgoing = (int) r.sipLo >= 0;
            boolean isWeb = r.protocol == Protocols.TCP && (isWeb(r.sport) || isWeb(r.dport));
            Flowtype type = isOutgoing ? (isWeb ? outWeb : out) : isWeb ? inWeb : in;
            r.flowtype = type.id();
            PrefixMap sensors = map;
            if (sensors == null) {
                r.sensor = first(type);
                return;
            }
            int value = sensors.find(0, isOutgoing ? r.sipLo : r.dipLo);
            r.sensor = value < FlowRecord.NO_SENSOR ? value : FlowRecord.NO_SENSOR;
        }

        private static boolean isWeb(int port) {
            return port == 80 || port == 443 || port == 8080;
        }

        private int first(Flowtype type) {
            return site.flowClass(type.className()).stream()
                    .flatMap(c -> c.sensors().stream())
                    .min(Comparator.comparingInt(Sensor::id))
                    .map(Sensor::id)
                    .orElse(FlowRecord.NO_SENSOR);
        }
    }
}
