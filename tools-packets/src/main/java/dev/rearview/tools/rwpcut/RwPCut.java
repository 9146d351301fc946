package dev.rearview.tools.rwpcut;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.Nearest;
import dev.rearview.tools.captures.CaptureFiles;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Prints the packets of captures.
public final class RwPCut implements Tool {
    private static final String DEFAULT = "time,sip,dip,sport,dport,proto,payhex";

    private final Env env;
    private final PacketHeader header = new PacketHeader();
    private final FlowRecord record = new FlowRecord();
    private String fields = DEFAULT;
    private String delimiter = "|";
    private boolean isColumnar;
    private boolean isEpoch;
    private boolean isInteger;
    private boolean isPadded;

    public RwPCut(Env env) {
        this.env = env;
    }

    @Override
    public String name() {
        return "rwpcut";
    }

    @Override
    public String summary() {
        return "Print the IPv4 packets of captures in columns";
    }

    @Override
    public String usage() {
        return "[SWITCHES] CAPTURES";
    }

    @Override
    public String description() {
        return "Reads pcap and pcapng files of any link type that Rearview knows, or standard input"
                + " where it is called `stdin`. Other packets than those of IPv4 are left out."
                + " Times are UTC. What `payhex` and `payascii` show begins with the IP header."
                + "\n\nUnlike SiLK's command this one needs no tcpdump.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Who talks to whom",
                        "rwpcut --columnar --fields=time,sip,dip,sport,dport,proto capture.pcap"),
                new Example("Text in packets", "rwpcut --fields=sip,payascii capture.pcap"));
    }

    @Override
    public int misuseStatus() {
        return 2;
    }

    @Override
    public void declare(Options o) {
        o.flag("columnar", "Pad columns, all but those of payload", () -> isColumnar = true);
        o.value(
                "delimiter",
                "TEXT",
                "What stands behind each column; default '|'",
                v -> delimiter = v);
        o.flag("epoch-time", "Print times as seconds since 1970", () -> isEpoch = true);
        o.value(
                        "fields",
                        "LIST",
                        "Columns, of "
                                + String.join(", ", PacketField.titles())
                                + "; default "
                                + DEFAULT,
                        v -> fields = v)
                .words(PacketField::titles);
        o.flag("integer-ips", "Print addresses as numbers", () -> isInteger = true);
        o.flag(
                "zero-pad-ips",
                "Print each number of an address with three digits",
                () -> isPadded = true);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        List<PacketField> columns = columns();
        if (operands.isEmpty()) {
            throw new ToolException("a capture is required");
        }
        PacketText text =
                new PacketText(
                        columns,
                        new PacketText.Look(delimiter, isColumnar, isEpoch, isInteger, isPadded));
        boolean areWhole = true;
        OutputStream out = new BufferedOutputStream(env.out(), 1 << 16);
        boolean hasTitles = false;
        try {
            for (String name : operands) {
                try (CaptureReader in = CaptureFiles.open(env, name)) {
                    if (!hasTitles) {
                        out.write(text.titles().getBytes(StandardCharsets.UTF_8));
                        hasTitles = true;
                    }
                    print(in, text, out);
                } catch (MalformedInputException e) {
                    env.tell(e);
                    areWhole = false;
                }
            }
        } finally {
            out.flush();
        }
        return areWhole ? 0 : 1;
    }

    private List<PacketField> columns() {
        List<PacketField> out = new ArrayList<>();
        for (String name : fields.split(",", -1)) {
            int at = PacketField.titles().indexOf(name);
            if (at < 0) {
                throw new ToolException(Nearest.unknown("field", name, PacketField.titles()));
            }
            out.add(PacketField.values()[at]);
        }
        return out;
    }

    private void print(CaptureReader in, PacketText text, OutputStream out) throws IOException {
        long unknown = 0;
        while (in.next()) {
            env.context().check();
            if (!PacketHeader.isKnown(in.link())) {
                unknown++;
                continue;
            }
            record.clear();
            ByteBuffer frame = in.bytes().order(ByteOrder.BIG_ENDIAN);
            if (header.read(new Cursor(frame), in.link(), record) && !record.isIpv6()) {
                record.stime = in.timeUs();
                int from = header.ipOffset();
                ByteBuffer packet = frame.slice(from, frame.limit() - from);
                out.write(text.row(record, packet).getBytes(StandardCharsets.UTF_8));
            }
        }
        if (unknown > 0) {
            env.tell(
                    in.name()
                            + ": left out "
                            + unknown
                            + " packets of link types that are not read");
        }
    }
}
