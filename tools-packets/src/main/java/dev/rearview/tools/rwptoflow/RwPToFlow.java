package dev.rearview.tools.rwptoflow;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.headers.History;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.MalformedInputException;
import dev.rearview.tools.captures.CaptureFiles;
import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a flow of each packet.
public final class RwPToFlow implements Tool {
    private final Env env;
    private final FlowOutput output;
    private final Packets packets = new Packets();
    private final FixedValues values = new FixedValues();
    private Optional<String> passPath = Optional.empty();
    private Optional<String> rejectPath = Optional.empty();
    private boolean printStatistics;

    public RwPToFlow(Env env) {
        this.env = env;
        this.output = new FlowOutput(env, History.OWN);
    }

    @Override
    public String name() {
        return "rwptoflow";
    }

    @Override
    public String summary() {
        return "Make a SiLK flow record of each packet of a capture";
    }

    @Override
    public String usage() {
        return "[SWITCHES] CAPTURE";
    }

    @Override
    public String description() {
        return "Reads a pcap or pcapng file of Ethernet, or standard input where it is called"
                + " `stdin`. Packets of IPv4 become flows of one packet each; others, and those"
                + " too short for an IP header, are rejected. Fragments are not put together:"
                + " those behind the first of a datagram have no ports. Flows of many packets,"
                + " of IPv6 and of what tunnels carry are made by `rwp2yaf2silk`.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Flows, and the packets that they were made of",
                        "rwptoflow --packet-pass-output=good.pcap --flow-output=flows.rw"
                                + " capture.pcap"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                "plugin",
                "NAME",
                "Refused: pick flows with rwfilter and their packets with rwpmatch instead",
                v -> {
                    throw new IllegalArgumentException(
                            "there are no plug-ins for packets; rwfilter picks flows, and rwpmatch"
                                    + " their packets");
                });
        output.declare(o, "flow-output", "Write the flows to PATH instead of standard output");
        o.value(
                        "packet-pass-output",
                        "PATH",
                        "Write the packets that flows were made of to PATH",
                        v -> passPath = Optional.of(v))
                .once();
        o.value(
                        "packet-reject-output",
                        "PATH",
                        "Write the packets that were rejected to PATH",
                        v -> rejectPath = Optional.of(v))
                .once();
        packets.declare(o);
        values.declare(o);
        o.flag(
                "print-statistics",
                "Print on standard error how many packets became what",
                () -> printStatistics = true);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (operands.size() != 1) {
            throw new ToolException("one capture is required");
        }
        List<String> outputs =
                Stream.of(Optional.of(output.path()), passPath, rejectPath)
                        .flatMap(Optional::stream)
                        .toList();
        if (outputs.stream().filter(OutputFiles::isStdout).count() > 1) {
            throw new ToolException("only one output can go to standard output");
        }
        for (String path : outputs) {
            OutputFiles.checkNoTerminal(env, path);
            OutputFiles.checkNew(env, path);
        }
        output.notes().entries();
        boolean isWhole;
        try (CaptureReader in = CaptureFiles.ethernet(env, operands.getFirst())) {
            isWhole = convert(in);
            if (printStatistics) {
                packets.print(in.name(), env.err());
            }
        }
        return isWhole ? 0 : 1;
    }

    private boolean convert(CaptureReader in) throws IOException {
        try (FlowSink flows = output.open(List.of());
                @Nullable CaptureWriter passed = writer(passPath, in);
                @Nullable CaptureWriter rejected = writer(rejectPath, in)) {
            while (CaptureFiles.next(in)) {
                env.context().check();
                Packets.Fate fate = packets.decide(in);
                if (fate == Packets.Fate.FLOW) {
                    FlowRecord flow = packets.packet().record();
                    values.set(flow);
                    flows.write(flow);
                }
                CaptureWriter copy =
                        switch (fate) {
                            case FLOW -> passed;
                            case REJECTED -> rejected;
                            case IGNORED -> null;
                        };
                if (copy != null) {
                    copy.write(in);
                }
            }
            return true;
        } catch (MalformedInputException e) {
            env.tell(e);
            return false;
        }
    }

    private @Nullable CaptureWriter writer(Optional<String> path, CaptureReader in)
            throws IOException {
        return path.isEmpty() ? null : CaptureFiles.create(env, path.get(), in.snapLength());
    }
}
