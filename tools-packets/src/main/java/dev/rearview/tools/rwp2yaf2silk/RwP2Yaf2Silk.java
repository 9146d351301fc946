package dev.rearview.tools.rwp2yaf2silk;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Help;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.meter.FlowMeter;
import dev.rearview.meter.MeteredFlow;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.ShellWords;
import dev.rearview.tools.captures.CaptureFiles;
import dev.rearview.wire.pcap.CaptureReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes flows of captures, by the meter that is built in.
public final class RwP2Yaf2Silk implements Tool {
    private final Env env;
    private final FlowOutput output;
    private final YafArguments yaf = new YafArguments();
    private final ConverterArguments converter;
    private final List<String> yafWords = new ArrayList<>();
    private final List<String> converterWords = new ArrayList<>();
    private Optional<String> input = Optional.empty();
    private String yafProgram = "yaf";
    private String converterProgram = "rwipfix2silk";
    private boolean isDryRun;
    private boolean wantsManual;

    public RwP2Yaf2Silk(Env env) {
        this.env = env;
        this.output = new FlowOutput(env, History.OWN);
        this.converter = new ConverterArguments(output);
    }

    @Override
    public String name() {
        return "rwp2yaf2silk";
    }

    @Override
    public String summary() {
        return "Make SiLK flow records of the packets of captures";
    }

    @Override
    public String usage() {
        return "--in=CAPTURE --out=PATH [SWITCHES]";
    }

    @Override
    public String description() {
        return "Meters packets of IPv4 and IPv6 as yaf and rwipfix2silk together do, without either:"
                + " the switches that are for them are followed here. A flow ends when no"
                + " packet came for 300 seconds, when TCP has closed or reset it, or after"
                + " 1800 seconds, when the next one goes on with it; two directions of a"
                + " connection are one flow of two records, which end together. Attributes tell"
                + " of a flow that was cut (T), goes on (C), had data behind its end (F) or"
                + " payloads of one size (S).\n\nFragments belong to the flow of the first"
                + " fragment of their datagram, and count as packets each. VLANs tell flows"
                + " apart; MPLS, PPPoE and other headers before IP are passed over.\n\nThe"
                + " application is what the first payloads look like. Where none was seen it is"
                + " what is at home at the port; a payload that looks like nothing known has no"
                + " application, whatever its port.\n\nOf yaf's switches these count:"
                + " --idle-timeout, --active-timeout, --max-flows, --uniflow, --gre-decode"
                + " (which enters every kind of tunnel), --no-frag, --ip4-only, --ip6-only,"
                + " --no-vlan-in-key, --caplist, --noerror, --ingress and --egress. Those that"
                + " say what else yaf sends are taken and change nothing.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("Flows of a capture", "rwp2yaf2silk --in=day.pcap --out=day.rw"),
                new Example(
                        "What is in the tunnels",
                        "rwp2yaf2silk --in=day.pcap --out=day.rw --yaf-args=--gre-decode"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                        "in",
                        "CAPTURE",
                        "Read packets from this file, '-' for standard input; required",
                        v -> input = Optional.of(v))
                .once();
        output.declare(o, "out", "Write the flows to PATH, '-' for standard output; required");
        o.flag(
                "dry-run",
                "Print the commands whose place this takes, and do nothing",
                () -> isDryRun = true);
        o.value(
                "yaf-program",
                "PATH",
                "Not started: the meter is built in; shown by --dry-run",
                v -> yafProgram = v);
        o.value(
                "yaf-args",
                "ARGS",
                "Switches of yaf",
                v -> {
                    yaf.read(v);
                    yafWords.addAll(ShellWords.command(v));
                });
        o.value(
                "rwipfix2silk-program",
                "PATH",
                "Not started: its work is done here; shown by --dry-run",
                v -> converterProgram = v);
        o.value(
                "rwipfix2silk-args",
                "ARGS",
                "Switches of rwipfix2silk",
                v -> {
                    converter.read(v);
                    converterWords.addAll(ShellWords.command(v));
                });
        o.flag("man", "Print this help with what there is to know", () -> wantsManual = true);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (wantsManual) {
            return print(Help.of(this) + "\n" + description() + "\n");
        }
        ToolException.refuse(operands);
        String in = input.orElseThrow(() -> new ToolException("--in is required"));
        if (!output.isGiven()) {
            throw new ToolException("--out is required");
        }
        if (isDryRun) {
            return print(commands(in) + "\n");
        }
        return convert(in);
    }

    private int print(String text) throws IOException {
        env.print(text);
        return 0;
    }

    private String commands(String in) {
        List<String> first = new ArrayList<>(List.of(yafProgram, "--silk", "--in", in));
        first.addAll(List.of("--out", "-"));
        first.addAll(yafWords);
        List<String> second = new ArrayList<>();
        second.add(converterProgram);
        second.add("--silk-output=" + output.path());
        second.addAll(converterWords);
        return quoted(first) + " | " + quoted(second);
    }

    private static String quoted(List<String> words) {
        return String.join(" ", words.stream().map(ShellWords::quoted).toList());
    }

    private int convert(String in) throws IOException {
        OutputFiles.checkNoTerminal(env, output.path());
        OutputFiles.checkNew(env, output.path());
        output.notes().entries();
        List<String> names = yaf.isList() ? list(in) : List.of(in);
        boolean areWhole = true;
        // The first is opened before anything is written.
        try (CaptureReader first = CaptureFiles.open(env, names.getFirst());
                FlowSink flows = output.open(List.of())) {
            FlowMeter meter = new FlowMeter(yaf.meter(), f -> write(f, flows));
            areWhole = read(first, meter);
            for (String name : names.subList(1, names.size())) {
                if (!areWhole && !yaf.goesOn()) {
                    break;
                }
                areWhole &= open(name, meter);
            }
            meter.end();
            tell(meter, flows);
        }
        return areWhole ? 0 : 1;
    }

    private List<String> list(String name) throws IOException {
        List<String> out = new ArrayList<>();
        try (BufferedReader lines = InputFiles.lines(env, name, StandardCharsets.UTF_8)) {
            for (String l = lines.readLine(); l != null; l = lines.readLine()) {
                if (!l.isBlank() && !l.startsWith("#")) {
                    out.add(l.strip());
                }
            }
        }
        if (out.isEmpty()) {
            throw ToolException.failure(name + ": names no capture");
        }
        return out;
    }

    private boolean open(String name, FlowMeter meter) throws IOException {
        try (CaptureReader in = CaptureFiles.open(env, name)) {
            return read(in, meter);
        } catch (MalformedInputException | FileSystemException e) {
            env.tell(e);
            return false;
        }
    }

    private boolean read(CaptureReader in, FlowMeter meter) throws IOException {
        try {
            while (in.next()) {
                env.context().check();
                meter.packet(in.bytes(), in.link(), in.timeUs());
            }
            return true;
        } catch (MalformedInputException e) {
            env.tell(e);
            return false;
        }
    }

    private void write(MeteredFlow flow, FlowSink out) throws IOException {
        write(flow.forward(), flow.vlan(), true, out);
        if (flow.backward().isPresent()) {
            write(flow.backward().get(), flow.vlan(), false, out);
        }
    }

    private void write(FlowRecord r, int vlan, boolean isForward, FlowSink out) throws IOException {
        r.sensor = 0;
        r.flowtype = 0;
        r.input = isForward ? yaf.input() : yaf.output();
        r.output = isForward ? yaf.output() : yaf.input();
        if (converter.hasVlans()) {
            r.input = vlan;
            r.output = 0;
        }
        // Start and end are milliseconds each, so that the duration is what lies between them.
        long endMs = Math.floorDiv(r.stime + r.duration, 1000);
        r.stime = r.stimeMs() * 1000;
        r.duration = endMs * 1000 - r.stime;
        out.write(r);
    }

    private void tell(FlowMeter meter, FlowSink flows) {
        String losses = meter.counts().losses();
        if (!losses.isEmpty()) {
            env.tell(losses);
        }
        if (converter.printsStatistics()) {
            env.tell("Wrote " + flows.written() + " records to " + output.path());
        }
    }
}
