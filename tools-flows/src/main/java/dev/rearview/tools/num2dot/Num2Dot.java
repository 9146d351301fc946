package dev.rearview.tools.num2dot;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.tables.ColumnFilter;
import dev.rearview.text.IpFormat;
import dev.rearview.text.Numbers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.List;

/// Turns numbers in columns of text into IPv4 addresses.
public final class Num2Dot implements Tool {
    private static final int WIDTH = 15;
    private static final long MOST = 0xFFFF_FFFFL;

    /// More digits are no number of 32 bits.
    private static final int MOST_DIGITS = 10;

    private final Env env;
    private final ColumnFilter columns;

    public Num2Dot(Env env) {
        this.env = env;
        this.columns = new ColumnFilter(env, 1);
    }

    @Override
    public String name() {
        return "num2dot";
    }

    @Override
    public String summary() {
        return "Turn numbers in columns of text into IPv4 addresses";
    }

    @Override
    public String usage() {
        return "[--ip-fields=LIST] [--delimiter=CHAR]";
    }

    @Override
    public String description() {
        return "Reads lines from standard input, such as rwcut prints with --ip-format=decimal, which"
                + " sort in the order of the addresses. Each chosen column becomes 15 wide; what is no"
                + " number of 32 bits stays, so that titles do and IPv6 addresses, too. Empty lines"
                + " are left out.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Rows in the order of their sources",
                        "rwcut --fields=sip,bytes --ip-format=decimal --no-titles flows.rw"
                                + " | sort -n | num2dot"));
    }

    @Override
    public void declare(Options options) {
        columns.declare(options);
    }

    @Override
    public int run(List<String> operands) throws IOException {
        ToolException.refuse(operands);
        BufferedReader in = columns.lines();
        Writer out = new BufferedWriter(new OutputStreamWriter(env.out(), ColumnFilter.CHARSET));
        for (String line = columns.next(in); line != null; line = columns.next(in)) {
            env.context().check();
            out.write(columns.replaced(line, Num2Dot::dotted));
            out.write('\n');
            if (!in.ready()) {
                // Whoever reads the other end does not wait for what is not there yet.
                out.flush();
            }
        }
        out.flush();
        return 0;
    }

    private static String dotted(String column) {
        String number = column.strip();
        if (number.length() > MOST_DIGITS || !Numbers.isDigits(number)) {
            return Numbers.right(column.stripLeading(), WIDTH);
        }
        long n = Long.parseLong(number);
        return Numbers.right(n > MOST ? number : IpFormat.ofIpv4((int) n), WIDTH);
    }
}
