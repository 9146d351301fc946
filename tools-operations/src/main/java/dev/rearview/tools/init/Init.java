package dev.rearview.tools.init;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.site.AddressList;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.SensorConf;
import dev.rearview.site.SilkConf;
import dev.rearview.text.IpText;
import dev.rearview.text.ShellWords;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/// `rearview init`: a configuration and a repository to begin with, and what to run next.
public final class Init implements Tool {
    private static final List<Integer> USUAL_PORTS = List.of(2055, 4739, 6343);
    private static final int MAX_PORT = 65_535;
    private static final int TRIES = 3;

    private final Env env;
    private final Supplier<List<String>> interfaces;
    private Optional<List<String>> networks = Optional.empty();
    private Optional<String> root = Optional.empty();
    private List<Integer> ports = USUAL_PORTS;
    private String sensor = "S0";

    public Init(Env env) {
        this(env, Interfaces::networks);
    }

    /// @param interfaces the networks that this machine is in
    Init(Env env, Supplier<List<String>> interfaces) {
        this.env = env;
        this.interfaces = interfaces;
    }

    @Override
    public String name() {
        return "init";
    }

    @Override
    public String summary() {
        return "Write a first configuration, create a repository and say what to run next";
    }

    @Override
    public String usage() {
        return "DIR [--networks=LIST] [--port=LIST] [--sensor=NAME] [--root-directory=DIR]";
    }

    @Override
    public String description() {
        return "Writes silk.conf and sensor.conf to DIR. The collector that they describe takes"
                + " NetFlow v5, NetFlow v9, IPFIX and sFlow at each of its ports. Which networks are"
                + " yours decides the direction of flows; without --networks they are those of this"
                + " machine's interfaces, and on a terminal you are asked. Nothing is overwritten.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A configuration for two networks",
                        "rearview init flows --networks=192.168.0.0/16,2001:db8::/32"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                "networks",
                "LIST",
                "Your networks, separated by commas; default those of the interfaces",
                v -> networks = Optional.of(networks(v)));
        o.value(
                "port",
                "LIST",
                "UDP ports to listen on, separated by commas; default 2055,4739,6343",
                v -> ports = ports(v));
        o.value("sensor", "NAME", "Name of the sensor; default S0", v -> sensor = v);
        o.value(
                "root-directory",
                "DIR",
                "Where the repository goes; default is data in DIR",
                v -> root = Optional.of(v));
    }

    private static List<String> networks(String list) {
        List<String> out = new ArrayList<>();
        for (String word : list.strip().split("[,\\s]+", -1)) {
            new AddressList().add(word);
            out.add(word);
        }
        return List.copyOf(out);
    }

    private static List<Integer> ports(String list) {
        TreeSet<Integer> out = new TreeSet<>();
        for (String word : list.strip().split("[,\\s]+", -1)) {
            int port = (int) IpText.parseUnsigned(word, MAX_PORT, "port");
            if (port == 0) {
                throw new IllegalArgumentException("a port is 1 to " + MAX_PORT);
            }
            out.add(port);
        }
        return List.copyOf(out);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1) {
            throw new ToolException("expected one directory, such as: rearview init flows");
        }
        Path directory = env.path(operands.getFirst()).toAbsolutePath().normalize();
        Path data =
                root.map(r -> env.path(r).toAbsolutePath().normalize())
                        .orElse(directory.resolve("data"));
        Path silk = directory.resolve("silk.conf");
        Path sensors = directory.resolve("sensor.conf");
        Path link = data.resolve("silk.conf");
        for (Path p : List.of(silk, sensors, link)) {
            if (Files.exists(p, LinkOption.NOFOLLOW_LINKS)) {
                throw ToolException.failure(
                        p + " exists, and nothing is overwritten; give another directory");
            }
        }
        List<String> own = networks();
        List<Path> written = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            Files.createDirectories(data);
            write(silk, InitFiles.silkConf(sensor), written);
            write(sensors, InitFiles.sensorConf(sensor, own, ports), written);
            if (!link.equals(silk)) {
                link(link, silk, written);
            }
            check(silk, sensors);
        } catch (IOException e) {
            undo(written);
            throw ToolException.failure("cannot make " + directory + ": " + Runner.describe(e));
        }
        tell(directory, data, own);
        return 0;
    }

    /// A half of a configuration is none, and would be in the way of the next try.
    private static void undo(List<Path> written) throws IOException {
        for (Path p : written) {
            Files.deleteIfExists(p);
        }
    }

    private static void write(Path path, String text, List<Path> written) throws IOException {
        written.add(path);
        Files.writeString(path, text, StandardOpenOption.CREATE_NEW);
    }

    /// What queries read in the root is the file that users change.
    private static void link(Path link, Path to, List<Path> written) throws IOException {
        Path parent = link.getParent();
        boolean isBelow = parent != null && parent.startsWith(to.getParent());
        Path target = isBelow && parent != null ? parent.relativize(to) : to;
        written.add(link);
        Files.createSymbolicLink(link, target);
    }

    /// Such as the name of a sensor that is none.
    private static void check(Path silk, Path sensors) throws IOException {
        SensorConf.read(
                sensors,
                SilkConf.read(silk),
                PackingLogic.TWOWAY,
                path -> {
                    throw new IOException(path + " is not used");
                });
    }

    // Networks ------------------------------------------------------------------------------------

    private List<String> networks() throws IOException {
        if (networks.isPresent()) {
            return networks.get();
        }
        List<String> found = interfaces.get();
        if (env.inIsTerminal() && env.outIsTerminal()) {
            return ask(found);
        }
        if (found.isEmpty()) {
            throw ToolException.failure(
                    "this machine has no network but loopback: give yours with --networks=LIST");
        }
        return found;
    }

    private List<String> ask(List<String> found) throws IOException {
        String proposal = String.join(",", found);
        for (int i = 0; i < TRIES; i++) {
            print("Your networks" + (found.isEmpty() ? "" : " [" + proposal + "]") + ": ");
            String answer = line();
            try {
                return networks(answer.isBlank() ? proposal : answer);
            } catch (IllegalArgumentException e) {
                print(e.getMessage() + "\n");
            }
        }
        throw new ToolException("no networks given; use --networks=LIST");
    }

    private String line() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int c = env.in().read(); c >= 0 && c != '\n'; c = env.in().read()) {
            out.write(c);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    // What next -----------------------------------------------------------------------------------

    private void print(String text) throws IOException {
        env.print(text);
        env.out().flush();
    }

    private static String word(Path path) {
        return ShellWords.quoted(path.toString());
    }

    private void tell(Path directory, Path data, List<String> own) throws IOException {
        String files =
                " --site-config-file="
                        + word(directory.resolve("silk.conf"))
                        + " --sensor-configuration="
                        + word(directory.resolve("sensor.conf"));
        Path pid = directory.resolve("rwflowpack.pid");
        print(
                """
                Written:
                  %1$s: sensor %2$s and the eleven types
                  %3$s: NetFlow v5, v9, IPFIX and sFlow at UDP %4$s; your networks: %5$s
                  %6$s: the repository

                Run next:

                %7$s    # Check the configuration: no output means that it is right.
                    rwflowpack%8$s --verify-sensor-config

                    # Start the collector; it goes on in the background.
                    rwflowpack%8$s --root-directory=%9$s --log-destination=%10$s --pidfile=%11$s

                Let exporters send to this machine. A few seconds after the first flows, ask:

                    export SILK_DATA_ROOTDIR=%9$s
                    rwfilter --type=all --proto=0- --pass=stdout | rwcut --fields=stime,type,sip,dip,sport,dport,protocol,bytes --num-recs=10

                Later:

                    # Read both files again, after a change.
                    kill -HUP "$(cat %11$s)"

                    # End it; nothing is lost.
                    kill "$(cat %11$s)"
                """
                        .formatted(
                                directory.resolve("silk.conf"),
                                sensor,
                                directory.resolve("sensor.conf"),
                                String.join(", ", ports.stream().map(String::valueOf).toList()),
                                String.join(", ", own),
                                data,
                                path(),
                                files,
                                word(data),
                                word(directory.resolve("rwflowpack.log")),
                                word(pid)));
    }

    /// The line by which the commands are found, if they are not yet.
    private String path() {
        String home = System.getProperty("rearview.home", "");
        if (home.isEmpty()) {
            return "";
        }
        for (String entry : env.variable("PATH").orElse("").split(":", -1)) {
            if (!entry.isEmpty() && Files.isExecutable(env.path(entry).resolve("rwflowpack"))) {
                return "";
            }
        }
        Path bin = Path.of(home, "bin").toAbsolutePath().normalize();
        return "    export PATH=" + word(bin) + ":\"$PATH\"\n\n";
    }
}
