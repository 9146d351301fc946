package dev.rearview.tools.rwpmatch;

import dev.rearview.engine.scan.FlowFile;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.MalformedInputException;
import dev.rearview.tools.captures.CaptureFiles;
import dev.rearview.tools.captures.PacketFlow;
import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Picks the packets of a capture that flows were made of.
public final class RwPMatch implements Tool {
    private final Env env;
    private final FlowInputs flows;
    private Optional<String> flowFile = Optional.empty();
    private boolean milliseconds;
    private boolean ports;

    public RwPMatch(Env env) {
        this.env = env;
        this.flows = new FlowInputs(env, new SiteOption(env));
    }

    @Override
    public String name() {
        return "rwpmatch";
    }

    @Override
    public String summary() {
        return "Pick the packets of a capture that have a SiLK flow record";
    }

    @Override
    public String usage() {
        return "--flow-file=PATH [SWITCHES] CAPTURE";
    }

    @Override
    public String description() {
        return "Writes a capture of those packets to standard output. The flows are rwptoflow's, of"
                + " one packet each; both inputs are in order of time. A packet fits a flow"
                + " with its addresses and protocol that starts in the same second, and each"
                + " flow is used up by the first packet that fits. Ends with 1 where flows are"
                + " left that no packet fits.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The packets of flows that rwptoflow made and rwfilter picked",
                        "rwpmatch --flow-file=picked.rw good.pcap > picked.pcap"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                        "flow-file",
                        "PATH",
                        "Flows whose packets are picked; required",
                        v -> flowFile = Optional.of(v))
                .once();
        o.flag(
                "msec-compare",
                "Compare times in milliseconds, not in seconds",
                () -> milliseconds = true);
        o.flag("ports-compare", "Compare the ports of TCP and UDP, too", () -> ports = true);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        String wanted = flowFile.orElseThrow(() -> new ToolException("--flow-file is required"));
        if (operands.size() != 1) {
            throw new ToolException("one capture is required");
        }
        String capture = operands.getFirst();
        if (InputFiles.isStdin(wanted) && InputFiles.isStdin(capture)) {
            throw new ToolException("only one input can be standard input");
        }
        OutputFiles.checkNoTerminal(env, "-");
        try (CaptureReader in = CaptureFiles.ethernet(env, capture);
                FlowFile file = flows.open(wanted)) {
            WaitingFlows waiting = new WaitingFlows(file.source(), milliseconds, ports);
            boolean isWhole = pick(in, waiting);
            return areUsedUp(waiting) && isWhole ? 0 : 1;
        }
    }

    private boolean pick(CaptureReader in, WaitingFlows waiting) throws IOException {
        PacketFlow packet = new PacketFlow();
        try (CaptureWriter out = CaptureFiles.create(env, "-", in.snapLength())) {
            while (CaptureFiles.next(in)) {
                env.context().check();
                boolean isFlow = packet.read(in) == PacketFlow.Kind.FLOW;
                if (isFlow && waiting.takes(packet.record())) {
                    out.write(in);
                }
            }
            return true;
        } catch (MalformedInputException e) {
            env.tell(e);
            return false;
        }
    }

    private boolean areUsedUp(WaitingFlows waiting) throws IOException {
        long left = waiting.left();
        waiting.damage().ifPresent(env::tell);
        if (left > 0) {
            env.tell(left + " flows have no packet in the capture");
        }
        return left == 0 && waiting.damage().isEmpty();
    }
}
