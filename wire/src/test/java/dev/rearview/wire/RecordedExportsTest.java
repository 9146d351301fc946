package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.ipfix.Ipfix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Recordings of real exporters, which stand beside the repository where they are available.
class RecordedExportsTest {
    private final Recordings recordings = new Recordings();

    @BeforeEach
    void recordings() {
        Recordings.assumeThere();
    }

    @Test
    void everyRecordingIsDecodedWithoutException() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Recordings.EXPORTS)) {
            files =
                    all.filter(p -> p.toString().matches(".*\\.(dat|pcap|pcapng|dump|ipfix)"))
                            .sorted()
                            .toList();
        }
        assertThat(files).hasSizeGreaterThan(200);
        long flows = 0;
        for (Path p : files) {
            Recordings own = new Recordings();
            own.file(p);
            flows += own.out.flows.size();
        }
        assertThat(flows).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "malformed_1,3",
        "malformed_2,16",
        "malformed_3,1",
        "malformed_4,1",
        "malformed_5,1",
        "malformed_6,1"
    })
    void malformedDatagramsAreCountedAsLibnetflow9CountsThem(String name, long expected)
            throws IOException {
        recordings.file(Recordings.EXPORTS.resolve("libnetflow9/" + name + ".pcap"));
        assertThat(recordings.counters.dropped(Drop.MALFORMED)).isEqualTo(expected);
    }

    @Test
    void dataThatComesBeforeItsTemplateIsDecodedWhenThatArrives() throws IOException {
        recordings.file(
                Recordings.EXPORTS.resolve(
                        "ipfixcol/two_inputs_filter_by_ipVersion.expected.ipfix"));
        assertThat(recordings.counters.total(Counters.Total.RECORDS)).isEqualTo(262);
    }

    /// Data and option records together, as logstash-codec-netflow counts its events.
    @ParameterizedTest
    @CsvSource({
        "netflow5.dat, 2",
        "netflow9_test_valid01.dat, 7",
        "netflow9_test_cisco_aci_tpl256-258.dat+netflow9_test_cisco_aci_data256.dat, 3",
        "netflow9_test_cisco_asa_1_tpl.dat+netflow9_test_cisco_asa_1_data.dat, 14",
        "netflow9_test_nprobe_tpl.dat+netflow9_test_softflowd_tpl_data.dat+netflow9_test_nprobe_data.dat, 9",
        "ipfix.dat, 7",
        "netflow9_test_cisco_asa_2_tpl_26x.dat+netflow9_test_cisco_asa_2_tpl_27x.dat+netflow9_test_cisco_asa_2_data.dat, 19",
        "ipfix_test_openbsd_pflow_tpl.dat+ipfix_test_openbsd_pflow_data.dat, 26",
        "netflow5_test_microtik.dat, 30",
        "netflow5_test_juniper_mx80.dat, 29",
        "netflow9_test_iptnetflow_reduced_size_encoding_tpldata260.dat, 12",
        "netflow9_test_h3c_tpl3281.dat+netflow9_test_h3c_data3281.dat, 16",
        "netflow9_test_unknown_tpl266_292_data.dat, 2",
        "netflow9_test_paloalto_81_tpl256-263.dat+netflow9_test_paloalto_81_data257_1flowset_in_large_zerofilled_packet.dat, 1",
        "netflow9_test_h3c_netstream_varstring_tpl3281.dat+netflow9_test_h3c_netstream_varstring_data3281.dat, 1",
        "netflow9_test_fortigate_fortios_542_appid_tpl258-269.dat+netflow9_test_fortigate_fortios_542_appid_data258_262.dat, 17",
        "ipfix_test_ixia_tpldata256.dat, 1",
        "ipfix_test_juniper_mx240_junos151r6s3_opttpl512.dat+ipfix_test_juniper_mx240_junos151r6s3_data512.dat, 1",
        "ipfix_test_nokia_bras_tpl.dat+ipfix_test_nokia_bras_data256.dat, 1",
        "ipfix_test_procera_tpl52935.dat+ipfix_test_procera_data52935.dat, 8",
        "ipfix_test_barracuda_extended_uniflow_tpl256.dat+ipfix_test_barracuda_extended_uniflow_data256.dat, 2",
        "netflow9_test_ubnt_edgerouter_tpl.dat+netflow9_test_ubnt_edgerouter_data1024.dat+netflow9_test_ubnt_edgerouter_data1025.dat, 16",
        "netflow9_test_nprobe_dpi.dat, 1",
        "netflow9_test_fortigate_fortios_521_tpl.dat+netflow9_test_fortigate_fortios_521_data256.dat+netflow9_test_fortigate_fortios_521_data257.dat, 2",
        "netflow9_test_streamcore_tpl_data256.dat+netflow9_test_streamcore_tpl_data260.dat, 4",
        "ipfix_test_mikrotik_tpl.dat+ipfix_test_mikrotik_data258.dat+ipfix_test_mikrotik_data259.dat, 46",
        "ipfix_test_netscaler_tpl.dat+ipfix_test_netscaler_data.dat, 3",
        "ipfix_test_vmware_vds_tpl.dat+ipfix_test_vmware_vds_data264.dat+ipfix_test_vmware_vds_data266.dat+ipfix_test_vmware_vds_data266_267.dat, 5",
        "netflow9_test_juniper_srx_tplopt.dat, 1",
        "netflow9_test_0length_fields_tpl_data.dat, 10",
        "netflow9_test_cisco_asr9k_opttpl256.dat+netflow9_test_cisco_asr9k_data256.dat, 19",
        "netflow9_test_huawei_netstream_tpl.dat+netflow9_test_huawei_netstream_data.dat, 1",
        "netflow9_test_field_layer2segmentid_tpl.dat+netflow9_test_field_layer2segmentid_data.dat, 1",
        "netflow9_test_cisco_asr9k_tpl260.dat+netflow9_test_cisco_asr9k_data260.dat, 21",
        "netflow9_test_cisco_nbar_opttpl260.dat, 15",
        "netflow9_test_cisco_nbar_tpl262.dat+netflow9_test_cisco_nbar_data262.dat, 5",
        "netflow9_test_cisco_wlc_tpl.dat+netflow9_test_cisco_wlc_data261.dat, 19",
        "netflow9_test_paloalto_panos_tpl.dat+netflow9_test_paloalto_panos_data.dat, 8",
        "ipfix_test_viptela_tpl257.dat+ipfix_test_viptela_data257.dat, 1",
        "ipfix_test_barracuda_tpl.dat+ipfix_test_barracuda_data256.dat, 8",
        "ipfix_test_yaf_tpls_option_tpl.dat+ipfix_test_yaf_tpl45841.dat+ipfix_test_yaf_data45841.dat+ipfix_test_yaf_data45873.dat+ipfix_test_yaf_data53248.dat, 3",
        "ipfix_test_netscaler_data.dat, 0",
        "ipfix_test_netscaler_tpl.dat+ipfix_test_netscaler_data.dat, 3",
        "ipfix_test_netscaler_tpl.dat+ipfix_test_netscaler_data.dat, 3"
    })
    void recordCountsAgreeWithLogstash(String files, long expected) throws IOException {
        for (String f : files.split("\\+", -1)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(
                            Files.readAllBytes(
                                    Recordings.EXPORTS
                                            .resolve("logstash-codec-netflow")
                                            .resolve(f)));
            // It reads one message of a file: ipfix.dat goes on with two more.
            if (bytes.getShort(0) == Ipfix.VERSION) {
                bytes.limit(Math.min(bytes.limit(), Short.toUnsignedInt(bytes.getShort(2))));
            }
            recordings.decode("file", 0, bytes, 0);
        }
        assertThat(
                        recordings.counters.total(Counters.Total.RECORDS)
                                + recordings.counters.total(Counters.Total.OPTION_RECORDS))
                .isEqualTo(expected);
    }
}
