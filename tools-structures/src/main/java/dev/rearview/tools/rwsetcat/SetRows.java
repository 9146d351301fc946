package dev.rearview.tools.rwsetcat;

import dev.rearview.kit.fields.NetworkStructure;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.Table;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is printed of sets as rows of one table over all of them, for programs to read.
final class SetRows {
    /// What a row is.
    enum Kind {
        /// An address, or a block of an IPv6 set.
        ADDRESS,
        BLOCK,
        RANGE,
        NETWORK,
        COUNT,
        STATISTIC
    }

    /// What the rows are.
    ///
    /// @param isNamed whether rows say which set they are of
    /// @param cidr whether addresses are printed as blocks; otherwise those of IPv6 sets are
    /// @param network what is printed with [Kind#NETWORK]
    record Contents(
            Kind kind,
            boolean isNamed,
            Optional<Boolean> cidr,
            Optional<NetworkStructure> network) {}

    private final Kind kind;
    private final boolean isNamed;
    private final Optional<Boolean> cidr;
    private final Optional<NetworkStructure> network;
    private final Table table;

    SetRows(TableOptions options, OutputStream out, Contents contents) {
        this.kind = contents.kind;
        this.isNamed = contents.isNamed;
        this.cidr = contents.cidr;
        this.network = contents.network;
        List<String> titles = new ArrayList<>(isNamed ? List.of("set") : List.of());
        titles.addAll(titles());
        this.table = options.structured(out, titles);
    }

    private List<String> titles() {
        return switch (kind) {
            case ADDRESS -> List.of("ip");
            case BLOCK -> List.of("block");
            case RANGE -> List.of("count#", "low", "high");
            case COUNT -> List.of("count#");
            case STATISTIC -> List.of("statistic", "value#");
            case NETWORK -> {
                List<String> titles = new ArrayList<>(List.of("block", "hosts#"));
                network.orElseThrow()
                        .countedSizes()
                        .forEach(size -> titles.add("occupied-" + size + "#"));
                yield titles;
            }
        };
    }

    /// @param ip how addresses look in lists
    /// @param wanted how they look as asked for
    void add(String name, IpSet set, IpFormat ip, IpFormat wanted) {
        switch (kind) {
            case ADDRESS, BLOCK -> addresses(name, set, ip);
            case RANGE ->
                    set.forEachRange((loHi, loLo, hiHi, hiLo) -> {
                        start(name);
                        table.cell(IpSet.sizeOf(loHi, loLo, hiHi, hiLo).toString());
                        table.text(ip.format(loHi, loLo, set.isV6()));
                        table.text(ip.format(hiHi, hiLo, set.isV6()));
                        table.endRow();
                    });
            case COUNT -> {
                start(name);
                table.cell(set.size().toString());
                table.endRow();
            }
            case STATISTIC -> statistics(name, set, wanted);
            case NETWORK -> networks(name, set, wanted);
        }
    }

    private void start(String name) {
        if (isNamed) {
            table.text(name);
        }
    }

    private void addresses(String name, IpSet set, IpFormat ip) {
        SetLines.Row row =
                text -> {
                    start(name);
                    table.text(text);
                    table.endRow();
                };
        if (cidr.orElse(set.isV6())) {
            SetLines.blocks(set, ip, row);
        } else {
            SetLines.addresses(set, ip, row);
        }
    }

    private void networks(String name, IpSet set, IpFormat ip) {
        NetworkStructure structure = network.orElseThrow();
        NetworkStructure.Printer printer =
                structure.ofRows(
                        ip,
                        false,
                        true,
                        (block, sum, hosts, smaller) -> {
                            start(name);
                            table.text(block);
                            table.cell(hosts.toString());
                            for (Optional<BigInteger> n : smaller) {
                                table.cell(n.map(BigInteger::toString).orElse(""));
                            }
                            table.endRow();
                        });
        printer.add(set);
        printer.finish();
    }

    private void statistics(String name, IpSet set, IpFormat ip) {
        boolean v6 = set.isV6();
        if (!set.isEmpty()) {
            IpRange span = set.span();
            figure(name, "minimum-ip", ip.format(span.loHi(), span.loLo(), v6), false);
            figure(name, "maximum-ip", ip.format(span.hiHi(), span.hiLo(), v6), false);
        }
        figure(name, "hosts", set.size().toString(), true);
        for (int size : SetLines.statisticSizes(v6)) {
            BigInteger n = NetworkStructure.occupied(set, v6, size);
            figure(name, "occupied-" + size, n.toString(), true);
        }
    }

    private void figure(String name, String label, String value, boolean isNumber) {
        start(name);
        table.text(label);
        if (isNumber) {
            table.cell(value);
        } else {
            table.text(value);
        }
        table.endRow();
    }

    void finish() {
        table.finish();
    }
}
