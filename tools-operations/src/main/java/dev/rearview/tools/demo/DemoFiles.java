package dev.rearview.tools.demo;

import dev.rearview.kit.command.Tool;
import dev.rearview.traffic.Scenario;
import java.util.List;
import java.util.stream.Stream;

/// The configuration that the demonstration uses and the questions it asks.
final class DemoFiles {
    static final String SILK_CONF =
            """
            # Site configuration of the demonstration.
            version 2
            sensor 0 CORE   "Core router, NetFlow v5"
            sensor 1 FW     "Firewall, NetFlow v9"
            sensor 2 OFFICE "Office router, IPFIX"
            sensor 3 SWITCH "Switch, sFlow 1:100"
            class all
                sensors CORE FW OFFICE SWITCH
                type 0 in in
                type 1 out out
                type 2 inweb iw
                type 3 outweb ow
                type 4 innull innull
                type 5 outnull outnull
                type 6 int2int int2int
                type 7 ext2ext ext2ext
                type 8 inicmp inicmp
                type 9 outicmp outicmp
                type 10 other other
                default-types in inweb inicmp
            end class
            default-class all
            packing-logic "packlogic-twoway.so"
            """;

    static final String SENSOR_CONF =
            """
            # Who sends flows, and which networks are ours.
            probe CORE-NF5 netflow-v5
                listen-on-port %d
                protocol udp
                listen-as-host 127.0.0.1
            end probe
            probe FW-NF9 netflow-v9
                listen-on-port %d
                protocol udp
                listen-as-host 127.0.0.1
            end probe
            probe OFFICE-IPFIX ipfix
                listen-on-port %d
                protocol udp
                listen-as-host 127.0.0.1
            end probe
            probe SWITCH-SFLOW sflow
                listen-on-port %d
                protocol udp
                listen-as-host 127.0.0.1
            end probe

            group our-networks
                ipblocks 192.0.2.0/24, 10.20.0.0/16, 2001:db8:20::/48
            end group

            sensor CORE
                netflow-v5-probes CORE-NF5
                internal-ipblocks @our-networks
                external-ipblocks remainder
            end sensor
            sensor FW
                netflow-v9-probes FW-NF9
                internal-ipblocks @our-networks
                external-ipblocks remainder
            end sensor
            sensor OFFICE
                ipfix-probes OFFICE-IPFIX
                internal-ipblocks @our-networks
                external-ipblocks remainder
            end sensor
            sensor SWITCH
                sflow-probes SWITCH-SFLOW
                internal-ipblocks @our-networks
                external-ipblocks remainder
            end sensor
            """;

    private DemoFiles() {}

    /// What is asked: a sentence and its command.
    static List<Tool.Example> steps(String yesterday, String weekAgo) {
        return Stream.concat(
                        looks(yesterday, weekAgo).stream(), questions(yesterday, weekAgo).stream())
                .toList();
    }

    /// What is seen first.
    private static List<Tool.Example> looks(String yesterday, String weekAgo) {
        String day = "--start-date=" + weekAgo + " --end-date=" + weekAgo;
        return List.of(
                new Tool.Example(
                        "Who probed for FTP servers a week ago?",
                        "rwfilter "
                                + day
                                + " --type=in,inweb --proto=6 --syn=1 --ack=0 --fin=0 --dport=21"
                                + " --pass=stdout | rwstats --top --count=20 --fields=sip,dip,dport"
                                + " --value=flows | head -8"),
                new Tool.Example(
                        "How many of our addresses did each prober try?",
                        "rwfilter "
                                + day
                                + " --type=in,inweb --proto=6 --syn=1 --ack=0 --fin=0 --dport=21"
                                + " --pass=stdout | rwuniq --fields=sip --dip-distinct"),
                new Tool.Example(
                        "Which services take the most bandwidth?",
                        "rwfilter --start-date="
                                + yesterday
                                + " --type=in,inweb --proto=6,17 --pass=stdout"
                                + " | rwstats --fields=sport --count=10 --bytes"),
                new Tool.Example(
                        "Which servers answer from our network, web servers aside?",
                        "rwfilter --start-date="
                                + yesterday
                                + " --type=out,outweb --ip-version=4"
                                + " --scidr=192.0.2.0/24 --flags-all=SA/SA --pass=stdout"
                                + " | rwfilter --sport=80 --fail=stdout stdin"
                                + " | rwuniq --fields dip,sip,sport --flows=3 --sort-output | head -12"));
    }

    /// The five questions.
    private static List<Tool.Example> questions(String yesterday, String weekAgo) {
        String day = "--start-date=" + weekAgo + " --end-date=" + weekAgo;
        String all = "--start-date=" + weekAgo + " --end-date=" + yesterday;
        return List.of(
                new Tool.Example(
                        "1. Which servers did "
                                + Scenario.FTP_PROBER
                                + " touch a week ago, and which answered?",
                        "rwfilter "
                                + day
                                + " --type=out,outweb --daddress="
                                + Scenario.FTP_PROBER
                                + " --flags-all=SA/SA --pass=stdout | rwuniq --fields=sip,sport"
                                + " --values=flows,bytes --sort-output"),
                new Tool.Example(
                        "2. Did the compromised server "
                                + Scenario.COMPROMISED
                                + " spread further?",
                        "rwfilter --start-date="
                                + yesterday
                                + " --type=int2int --saddress="
                                + Scenario.COMPROMISED
                                + " --packets=4- --flags-all=SA/SA --pass=stdout"
                                + " | rwuniq --fields=dip,dport --values=flows,bytes --sort-output"),
                new Tool.Example(
                        "3. Which address congested the network yesterday evening?",
                        "rwfilter --start-date="
                                + yesterday
                                + ":19 --end-date="
                                + yesterday
                                + ":22 --type=in,inweb --proto=0- --pass=stdout"
                                + " | rwstats --fields=dip --values=bytes --count=5"),
                new Tool.Example(
                        "4. How much bandwidth does the telephone system take each day?",
                        "rwfilter "
                                + all
                                + " --type=all --proto=17 --any-address=203.0.113.20 --pass=stdout"
                                + " | rwcount --bin-size=86400 --load-scheme=start-spike"),
                new Tool.Example(
                        "5. Has anything here talked to addresses in China?",
                        "rwfilter --start-date="
                                + yesterday
                                + " --type=in,inweb --scc=cn --pass=stdout"
                                + " | rwstats --fields=dip,dport --values=bytes,flows,distinct:sip --count=10"));
    }
}
