package dev.rearview.tools.rwpdu2silk;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.tools.exports.Conversion;
import dev.rearview.tools.exports.PduInput;
import dev.rearview.wire.FlowConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Makes flows of files of NetFlow v5 datagrams.
public final class RwPdu2Silk implements Tool {
    private final Conversion conversion;

    public RwPdu2Silk(Env env) {
        this.conversion = new Conversion(env);
    }

    @Override
    public String name() {
        return "rwpdu2silk";
    }

    @Override
    public String summary() {
        return "Make SiLK flows of files of NetFlow v5 datagrams";
    }

    @Override
    public String usage() {
        return "[SWITCHES] PDU_FILES";
    }

    @Override
    public String description() {
        return """
        A file holds datagrams in 1464 octets each, which is the room of 30 records, however many
        there are. Flows have neither sensor nor type. Records without packets or octets, with more
        packets than octets, or that last longer than 45 days make no flow.

        What is no datagram is passed over; a file that has such, or that is cut off, ends with a
        message and exit status 1 when all others have been read. Standard input is not read.
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Make flows of a router's datagrams",
                        "rwpdu2silk --silk-output=flows.rw router.v5"),
                new Example(
                        "See what is missing and what is bad",
                        "rwpdu2silk --log-destination=stderr --log-flags=bad,missing"
                                + " --silk-output=flows.rw router.v5"));
    }

    @Override
    public void declare(Options options) {
        conversion.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        return conversion.run(conversion.named(operands), this::read);
    }

    private void read(InputStream in, String name, FlowConsumer out) throws IOException {
        if (InputFiles.isStdin(name)) {
            throw new IOException(name + ": standard input is not read");
        }
        PduInput input = new PduInput(name);
        try {
            input.read(in, new PduLog(conversion.log()), out);
        } finally {
            conversion.log().ofInput(input.summary());
        }
    }
}
