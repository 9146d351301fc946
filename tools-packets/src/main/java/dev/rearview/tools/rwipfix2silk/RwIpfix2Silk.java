package dev.rearview.tools.rwipfix2silk;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.text.Names;
import dev.rearview.tools.exports.Conversion;
import dev.rearview.tools.exports.Damage;
import dev.rearview.tools.exports.LogFlag;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.ProbeOptions;
import dev.rearview.wire.SetDecoder.Log.LeftOut;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.ipfix.MessageFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/// Makes flows of files of IPFIX messages.
public final class RwIpfix2Silk implements Tool {
    private static final List<String> INTERFACES = List.of("snmp", "vlan");

    private final Env env;
    private final Conversion conversion;
    private boolean vlan;
    private boolean asPacker;
    private long reverseLeftOut;
    private long startLeftOut;

    public RwIpfix2Silk(Env env) {
        this.env = env;
        this.conversion = new Conversion(env);
    }

    @Override
    public String name() {
        return "rwipfix2silk";
    }

    @Override
    public String summary() {
        return "Make SiLK flows of IPFIX messages";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [IPFIX_FILES]";
    }

    @Override
    public String description() {
        return """
        A record becomes one flow, or two where it counts both directions: by initiator and
        responder, or by reverse elements (RFC 5103) beside the time from the first packet of the
        flow to the first one back, as YAF exports them. Reverse elements without that time are left
        out as SiLK leaves them out. Also as in SiLK, a flow whose times count from the start of the
        exporter ends when its message was exported, unless the record itself tells that start.
        --as-rwflowpack takes all reverse elements, and a start that an option record tells; a
        message tells where that would make a difference.

        Sensor and type of a flow are those that its record names (CERT's elements 30 and 31),
        number 0 of both where it names none. Records without addresses, packets or octets make no
        flow.

        A file that is damaged gives the flows before the damage, a message, and exit status 1; so
        does one with data whose template is not in it.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Make flows of a file of IPFIX messages",
                        "rwipfix2silk --silk-output=flows.rw flows.ipfix"),
                new Example(
                        "See which templates a file has",
                        "rwipfix2silk --log-destination=stdout --log-flags=show-templates"
                                + " --silk-output=/dev/null flows.ipfix"));
    }

    @Override
    public void declare(Options options) {
        conversion.declare(options);
        options.value(
                        "interface-values",
                        "WHICH",
                        "What becomes the input and output of a flow: snmp, the interfaces' indexes"
                                + " (default), or vlan, the VLANs' numbers",
                        value ->
                                vlan =
                                        Names.unique(value, INTERFACES, "interface value")
                                                .equals("vlan"))
                .words(() -> INTERFACES)
                .once();
        options.flag(
                        "as-rwflowpack",
                        "Read records as rwflowpack does: make flows of all reverse counts, and take"
                                + " the exporter's start from option records",
                        () -> asPacker = true)
                .inFull();
    }

    @Override
    public int run(List<String> operands) throws IOException {
        int status = conversion.run(conversion.namedOrStdin(operands), this::read);
        tell(reverseLeftOut, "count a reverse direction without telling when it began");
        tell(startLeftOut, "count their times from a start that an option record tells");
        return status;
    }

    private void tell(long records, String what) {
        if (records > 0) {
            env.tell(
                    records
                            + " records "
                            + what
                            + ", which SiLK does not look at; --as-rwflowpack does");
        }
    }

    private void read(InputStream in, String file, FlowConsumer out) throws IOException {
        if (env.variable("SILK_IPFIX_PRINT_TEMPLATES").filter("1"::equals).isPresent()) {
            conversion.log().add(LogFlag.SHOW_TEMPLATES);
        }
        boolean warns =
                env.variable("SILK_LIBFIXBUF_SUPPRESS_WARNINGS").filter("1"::equals).isEmpty();
        IpfixLog log = new IpfixLog(conversion.log(), warns);
        Counters counters = new Counters();
        Exporter exporter = new Exporter(StateBudget.ofHeap());
        Ipfix decoder = new Ipfix(ProbeOptions.ofFile(vlan, !asPacker), log);
        Damage damage = new Damage(file);
        try {
            MessageFile messages = new MessageFile(in, file);
            for (ByteBuffer m = messages.next(); m != null; m = messages.next()) {
                long before = counters.dropped(Drop.MALFORMED);
                log.message(m, counters);
                Arrival arrival = new Arrival(0, 0, 0);
                decoder.decode(new Cursor(m), exporter, arrival, counters, out);
                log.decoded(counters);
                if (counters.dropped(Drop.MALFORMED) > before) {
                    damage.at(messages.offset(), "a malformed IPFIX message");
                }
                env.context().check();
            }
        } finally {
            exporter.close(counters);
            conversion
                    .log()
                    .ofInput(
                            Ipfix.summary(
                                    counters.total(Total.FLOWS),
                                    counters.total(Total.REVERSE_FLOWS),
                                    counters.dropped(Drop.IGNORED)));
            reverseLeftOut += log.countLeftOut(LeftOut.REVERSE);
            startLeftOut += log.countLeftOut(LeftOut.START);
        }
        damage.check();
        log.check(file, counters);
    }
}
