package dev.rearview.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One of the eight questions, as each peer is asked it. `F` stands for the file, `X` for an
/// address.
///
/// @param script commands with pipes in between, as for SiLK
/// @param nfdump arguments of nfdump behind `-r F`, empty where it has no such query
/// @param sql over the table `flows`, rows in the order in which they are compared
/// @param known what SiLK and nfdump took of it elsewhere
record Question(
        int number, String text, String script, Optional<String> nfdump, String sql, Known known) {
    /// Seconds that SiLK 3.22.1 took of so many flows, and nfdump 1.7.1 beside it (LZO, NaN where
    /// it has no such query): one run in turn on an AMD EPYC, 2 cores, 2026-11-28.
    record Known(double silk, double nfdump) {
        static final int FLOWS = 20_000_000;
    }

    /// An address that occurs now and then in the workload.
    static final String ADDRESS = "10.19.33.129";

    /// Its script over a file.
    String over(Path file) {
        return script.replace(" F", " " + file).replace("=X", "=" + ADDRESS);
    }

    /// How many commands its script has.
    int commands() {
        return script.split("\\|", -1).length;
    }

    static List<Question> all() {
        return List.of(
                new Question(
                        1,
                        "dport 53: flows, packets, bytes",
                        "rwfilter --dport=53 --print-volume-statistics=stdout F",
                        Optional.of("-A proto 'dst port 53'"),
                        "select count(*), sum(packets), sum(bytes) from flows where dport = 53",
                        new Known(0.636, 1.736)),
                new Question(
                        2,
                        "any address X: flows, packets, bytes",
                        "rwfilter --any-address=X --print-volume-statistics=stdout F",
                        Optional.of("-A proto 'ip X'"),
                        "select count(*), sum(packets), sum(bytes) from flows"
                                + " where sip = unhex('H') or dip = unhex('H')",
                        new Known(0.934, 1.422)),
                new Question(
                        3,
                        "top 20 sip by bytes",
                        "rwstats --fields=sip --values=bytes --count=20 F",
                        Optional.of("-s srcip/bytes -n 20"),
                        "select hex(sip)[25:], sum(bytes) b from flows group by sip"
                                + " order by b desc, sip limit 20",
                        new Known(2.831, 3.064)),
                new Question(
                        4,
                        "top 20 (sip,dip,dport) by flows",
                        "rwstats --fields=sip,dip,dport --values=flows --count=20 F",
                        Optional.of("-A srcip,dstip,dstport -O flows -n 20"),
                        "select hex(sip)[25:], hex(dip)[25:], dport, count(*) n from flows"
                                + " group by sip, dip, dport order by n desc, sip, dip, dport limit 20",
                        new Known(19.643, 17.445)),
                new Question(
                        5,
                        "TCP: top 20 dport by bytes",
                        "rwfilter --proto=6 --pass=stdout F | rwstats --fields=dport --values=bytes"
                                + " --count=20",
                        Optional.of("-s dstport/bytes -n 20 'proto tcp'"),
                        "select dport, sum(bytes) b from flows where proto = 6 group by dport"
                                + " order by b desc, dport limit 20",
                        new Known(1.264, 1.557)),
                new Question(
                        6,
                        "dport 53: distinct dip per sip",
                        "rwfilter --dport=53 --pass=stdout F | rwuniq --fields=sip"
                                + " --values=distinct:dip --sort-output",
                        Optional.empty(),
                        "select hex(sip)[25:], count(distinct dip) from flows where dport = 53"
                                + " group by sip order by sip",
                        new Known(1.094, Double.NaN)),
                new Question(
                        7,
                        "flows, packets, bytes per 5 minutes",
                        "rwcount --bin-size=300 --load-scheme=start-spike F",
                        Optional.empty(),
                        "select epoch(time_bucket(interval 5 minute, stime))::bigint t, count(*),"
                                + " sum(bytes), sum(packets) from flows group by t order by t",
                        new Known(0.619, Double.NaN)),
                new Question(
                        8,
                        "20 largest flows by bytes",
                        "rwsort --fields=bytes --reverse F | rwcut --fields=bytes --num-recs=20",
                        Optional.of("-O bytes -n 20"),
                        "select bytes from flows order by bytes desc limit 20",
                        new Known(3.523, 3.996)));
    }
}
