package dev.rearview.tools.configuration;

import dev.rearview.ingest.Configuration;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorBlock;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads silk.conf and sensor.conf: for the check, at the start and at each reload alike.
public final class ConfigurationReader {
    private final Env env;
    private final SiteOption site;
    private Optional<String> sensorConf = Optional.empty();
    private Optional<String> packing = Optional.empty();
    private Optional<String> sensorName = Optional.empty();
    private boolean lenient;

    public ConfigurationReader(Env env, SiteOption site) {
        this.env = env;
        this.site = site;
    }

    public void declare(Options o) {
        o.value(
                "sensor-configuration",
                "PATH",
                "Read probes and sensors from PATH",
                v -> sensorConf = Optional.of(v));
        o.value(
                "sensor-name",
                "SENSOR",
                "Use only the probes of SENSOR",
                v -> sensorName = Optional.of(v));
        o.value(
                "packing-logic",
                "NAME",
                "Packing logic: packlogic-twoway.so or packlogic-generic.so",
                v -> {
                    PackingLogic.named(v);
                    packing = Optional.of(v);
                });
        o.flag(
                "lenient",
                "Only warn of types, probes and hosts that are missing, by which flows are lost",
                () -> lenient = true);
    }

    /// The configuration as its files are now.
    ///
    /// @throws ToolException if it cannot be used; where several lines are wrong, with a line for
    ///   each
    public Configuration read() {
        if (sensorConf.isEmpty()) {
            throw new ToolException("--sensor-configuration is required");
        }
        Site s = site.reread();
        try {
            PackingLogic logic = PackingLogic.named(packing.orElse(s.packingLogic()));
            SensorConf.Result sensors =
                    SensorConf.read(
                            env.path(sensorConf.get()),
                            s,
                            logic,
                            new SensorConf.Surroundings(
                                    this::set, InetAddress::getAllByName, lenient));
            return new Configuration(s, logic, restrict(sensors));
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            String text = Runner.describe(e);
            String gap = text.contains("\n") ? "\n" : " ";
            throw ToolException.failure("sensor configuration:" + gap + text);
        }
    }

    private IpSet set(Path path) throws IOException {
        try (SilkFile file = InputFiles.silk(env, path.toString())) {
            return IpSetFile.read(file);
        }
    }

    private SensorConf.Result restrict(SensorConf.Result all) {
        if (sensorName.isEmpty()) {
            return all;
        }
        List<SensorBlock> blocks =
                all.sensors().stream()
                        .filter(b -> b.sensor().name().equals(sensorName.get()))
                        .toList();
        if (blocks.isEmpty()) {
            throw new ToolException("sensor '" + sensorName.get() + "' is not configured");
        }
        List<Probe> probes =
                all.probes().stream()
                        .filter(p -> blocks.stream().anyMatch(b -> b.isFedBy(p)))
                        .toList();
        if (probes.isEmpty()) {
            throw new ToolException("sensor '" + sensorName.get() + "' has no probe");
        }
        return new SensorConf.Result(probes, blocks, all.warnings());
    }

    /// Tells what was read, and warns of what may be wrong with it.
    ///
    /// @param isVerbose whether to print the probes
    public void describe(SensorConf.Result sensors, boolean isVerbose) throws IOException {
        sensors.warnings().forEach(w -> env.err().println("rwflowpack: warning: " + w));
        if (!isVerbose) {
            return;
        }
        StringBuilder out = new StringBuilder();
        for (Probe p : sensors.probes()) {
            out.append("probe ").append(p.name()).append(' ').append(p.type().keyword());
            if (p.port() > 0) {
                out.append(" port ").append(p.port()).append(p.tcp() ? "/tcp" : "/udp");
            }
            p.pollDirectory().ifPresent(d -> out.append(" directory ").append(d));
            out.append(" sensors");
            sensors.sensorsOf(p).forEach(b -> out.append(' ').append(b.sensor().name()));
            out.append('\n');
        }
        env.print(out.toString());
    }
}
