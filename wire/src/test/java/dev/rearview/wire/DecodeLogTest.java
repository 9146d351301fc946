package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What decoders tell of what they read, and what they leave out of files that become SiLK's.
class DecodeLogTest {
    private final List<String> told = new ArrayList<>();
    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final Exporter exporter = new Exporter(new StateBudget(1 << 20));

    private final SetDecoder.Log log =
            new SetDecoder.Log() {
                @Override
                public void template(AnnouncedTemplate t) {
                    told.add(
                            "template "
                                    + t.id()
                                    + " of "
                                    + t.domain()
                                    + ", "
                                    + t.scopes()
                                    + " scopes");
                    t.fields()
                            .forEach(f ->
                                    told.add(
                                            f.enterprise() + "/" + f.element() + ":" + f.length()));
                }

                @Override
                public void options(Elements e, long domain) {
                    told.add("options: " + Domain.samplingText(e));
                }

                @Override
                public void times(Elements e, FlowMapper.Context context, FlowRecord f) {
                    told.add("times: " + FlowTimes.sources(e, context));
                }

                @Override
                public void ignored(FlowRecord f, Ignored why) {
                    told.add(
                            "ignored: " + why + " " + f.protocol + " " + f.packets + " " + f.bytes);
                }

                @Override
                public void leftOut(LeftOut what) {
                    told.add("left out: " + what);
                }
            };

    private void decode(boolean recordAlone, String sets) {
        int length = Ipfix.HEADER + Bytes.array(sets).length;
        String message =
                "000a"
                        + HexFormat.of().toHexDigits((short) length)
                        + "65920080 00000000 00000007 "
                        + sets;
        new Ipfix(ProbeOptions.ofFile(false, recordAlone), log)
                .decode(Bytes.of(message), exporter, new Arrival(0, 0, 0), counters, out);
    }

    @Test
    void templatesAreToldAsTheyCame() {
        decode(
                true,
                """
                0002 0014 0100 0002 0008 0004 801e 0001 00001ad7
                0003 0016 0101 0003 0001 008f 0004 0023 0001 0022 0004
                0101 000d 00000001 02 000003e8
                """);
        assertThat(told)
                .containsExactly(
                        "template 256 of 7, 0 scopes",
                        "0/8:4",
                        "6871/30:1",
                        "template 257 of 7, 1 scopes",
                        "0/143:4",
                        "0/35:1",
                        "0/34:4",
                        "options: samplingAlgorithm=2, samplingInterval=1000");
    }

    /// Addresses, packets, octets, reverse packets, reverse octets.
    private static final String BIFLOW =
            """
            0002 0028 0100 0006
            0008 0004 000c 0004 0002 0001 0001 0001 8002 0001 00007279 8001 0001 00007279
            """;

    @Test
    void reverseCountsWithoutATimeMakeAFlowWhereAllCount() {
        decode(true, BIFLOW + "0100 0010 c0000201 c0000202 01 28 02 50");
        assertThat(out.flows).hasSize(1);
        assertThat(told)
                .contains("left out: REVERSE", "times: based on exportTimeSeconds=1704067200");
        decode(false, "0100 0010 c0000201 c0000202 01 28 02 50");
        assertThat(out.flows).hasSize(3);
        assertThat(out.flows.get(2).packets).isEqualTo(2);
        assertThat(out.flows.get(2).sipLo).isEqualTo(out.flows.get(1).dipLo);
    }

    @Test
    void recordsWithoutCountsOrAddressesAreTold() {
        decode(true, BIFLOW + "0100 0010 c0000201 c0000202 00 28 02 50");
        decode(true, "0002 0014 0101 0003 0004 0001 0002 0001 0001 0001 0101 0007 06 01 28");
        assertThat(told)
                .contains("ignored: NO_COUNTS 0 0 40", "ignored: NO_ADDRESS 6 1 40")
                .doesNotContain("left out: START");
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(2);
    }

    /// A record's own sensor and type, or number 0 of both; none where a firewall sent it.
    @Test
    void sensorsAndTypesAreTheRecords() {
        String addresses = "0008 0004 000c 0004 0002 0001 0001 0001 ";
        decode(
                true,
                "0002 0028 0100 0006 "
                        + addresses
                        + "801e 0001 00001ad7 801f 0002 00001ad7"
                        + " 0100 0011 c0000201 c0000202 01 28 05 0102");
        decode(true, "0002 0018 0101 0004 " + addresses + " 0101 000e c0000201 c0000202 01 28");
        decode(
                true,
                "0002 001c 0102 0005 "
                        + addresses
                        + "00e9 0001 0102 000f c0000201 c0000202 01 28 02");
        assertThat(out.flows.stream().map(f -> f.flowtype + " " + f.sensor))
                .containsExactly("5 258", "0 0", "255 65535");
    }

    /// An option record that tells the exporter's start counts for those who ask for it.
    @Test
    void aStartThatAnOptionRecordTellsIsLeftOut() {
        String sets =
                """
                0003 0012 0100 0002 0001 008f 0001 00a0 0008
                0100 000d 00 0000018cc251f400
                0002 0020 0101 0006 0008 0004 000c 0004 0002 0001 0001 0001 0016 0004 0015 0004
                0101 0016 c0000201 c0000202 01 28 000003e8 000007d0
                """;
        decode(true, sets);
        assertThat(told)
                .contains(
                        "left out: START",
                        "times: from incoming record flowStartSysUpTime=1000, flowEndSysUpTime=2000,"
                                + " no systemInitTimeMilliseconds, set end to"
                                + " exportTimeSeconds=1704067200");
        assertThat(out.flows.getFirst().stimeMs()).isEqualTo(1_704_067_199_000L);
        told.clear();
        decode(false, sets);
        assertThat(told).doesNotContain("left out: START");
        assertThat(out.flows.get(1).stimeMs()).isEqualTo(1_704_067_200_000L + 1000);
    }

    @Test
    void datagramsOfVersion5AreTold() {
        NetFlow5.Log lines =
                new NetFlow5.Log() {
                    @Override
                    public void rejected(int version, int count) {
                        told.add("rejected " + version + " " + count);
                    }

                    @Override
                    public void datagram(NetFlow5.Header h, long missing) {
                        told.add(h.sequence() + " of " + h.engine() + ", missing " + missing);
                    }

                    @Override
                    public void bad(Bad why) {
                        told.add(why.toString());
                    }

                    @Override
                    public void record(NetFlow5.Header h, long first, long last, FlowRecord flow) {
                        told.add(first + "-" + last + " at " + h.exportMs());
                    }
                };
        NetFlow5 decoder = new NetFlow5(lines);
        for (long[] of : new long[][] {{5, 0, 1}, {5, 3, 1}, {5, 1, 1}, {5, 4, 0}, {9, 5, 1}}) {
            ByteBuffer b = ByteBuffer.allocate(24 + 48);
            b.putShort((short) of[0])
                    .putShort((short) 1)
                    .putInt(5000)
                    .putInt(1_704_067_200)
                    .putInt(0);
            b.putInt((int) of[1]).putShort((short) 0x0102).putShort((short) 0);
            b.putLong(0).putLong(0).putInt((int) of[2]).putInt(40).putInt(1000).putInt(2000);
            decoder.decode(new Cursor(b.clear()), exporter, new Arrival(0, 0, 0), counters, out);
        }
        assertThat(told)
                .containsExactly(
                        "0 of 258, missing 0",
                        "1000-2000 at 1704067200000",
                        "3 of 258, missing 2",
                        "1000-2000 at 1704067200000",
                        "1 of 258, missing -1",
                        "1000-2000 at 1704067200000",
                        "4 of 258, missing 0",
                        "NO_COUNTS",
                        "rejected 9 1");
    }
}
