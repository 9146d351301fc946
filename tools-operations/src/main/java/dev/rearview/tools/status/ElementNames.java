package dev.rearview.tools.status;

import java.util.HashMap;
import java.util.Map;

/// Names of information elements that exporters often send and no flow field needs.
final class ElementNames {
    private static final String UNKNOWN = "unknown:";

    /// IANA's numbers and names.
    private static final String TABLE =
            """
            3 deltaFlowCount
            5 ipClassOfService
            9 sourceIPv4PrefixLength
            13 destinationIPv4PrefixLength
            16 bgpSourceAsNumber
            17 bgpDestinationAsNumber
            18 bgpNextHopIPv4Address
            19 postMCastPacketDeltaCount
            20 postMCastOctetDeltaCount
            25 minimumIpTotalLength
            26 maximumIpTotalLength
            29 sourceIPv6PrefixLength
            30 destinationIPv6PrefixLength
            31 flowLabelIPv6
            33 igmpType
            35 samplingAlgorithm
            36 flowActiveTimeout
            37 flowIdleTimeout
            38 engineType
            39 engineId
            40 exportedOctetTotalCount
            41 exportedMessageTotalCount
            42 exportedFlowRecordTotalCount
            44 sourceIPv4Prefix
            45 destinationIPv4Prefix
            46 mplsTopLabelType
            47 mplsTopLabelIPv4Address
            52 minimumTTL
            53 maximumTTL
            54 fragmentIdentification
            55 postIpClassOfService
            56 sourceMacAddress
            57 postDestinationMacAddress
            60 ipVersion
            61 flowDirection
            63 bgpNextHopIPv6Address
            64 ipv6ExtensionHeaders
            70 mplsTopLabelStackSection
            80 destinationMacAddress
            81 postSourceMacAddress
            82 interfaceName
            83 interfaceDescription
            88 fragmentOffset
            89 forwardingStatus
            94 applicationDescription
            95 applicationId
            96 applicationName
            98 postIpDiffServCodePoint
            128 bgpNextAdjacentAsNumber
            129 bgpPrevAdjacentAsNumber
            130 exporterIPv4Address
            131 exporterIPv6Address
            141 lineCardId
            143 meteringProcessId
            144 exportingProcessId
            145 templateId
            147 wlanSSID
            149 observationDomainId
            160 systemInitTimeMilliseconds
            175 collectorPort
            180 udpSourcePort
            181 udpDestinationPort
            182 tcpSourcePort
            183 tcpDestinationPort
            184 tcpSequenceNumber
            185 tcpAcknowledgementNumber
            186 tcpWindowSize
            189 ipHeaderLength
            192 ipTTL
            195 ipDiffServCodePoint
            196 ipPrecedence
            205 udpMessageLength
            208 ipv4Options
            209 tcpOptions
            211 collectorIPv4Address
            224 ipTotalLength
            225 postNATSourceIPv4Address
            226 postNATDestinationIPv4Address
            227 postNAPTSourceTransportPort
            228 postNAPTDestinationTransportPort
            229 natOriginatingAddressRealm
            230 natEvent
            234 ingressVRFID
            235 egressVRFID
            236 VRFname
            239 biflowDirection
            243 dot1qVlanId
            244 dot1qPriority
            245 dot1qCustomerVlanId
            252 ingressPhysicalInterface
            253 egressPhysicalInterface
            256 ethernetType
            281 postNATSourceIPv6Address
            282 postNATDestinationIPv6Address
            352 layer2OctetDeltaCount
            368 ingressInterfaceType
            369 egressInterfaceType
            """;

    private static final Map<String, String> NAMES = names();

    private ElementNames() {}

    private static Map<String, String> names() {
        Map<String, String> out = new HashMap<>();
        TABLE.lines()
                .forEach(l ->
                        out.put(l.substring(0, l.indexOf(' ')), l.substring(l.indexOf(' ') + 1)));
        return out;
    }

    /// What the ledger says of an element, by its name; `unknown:ENTERPRISE/ID` where that is not
    /// known; anything else as it is.
    static String named(String what) {
        String iana = UNKNOWN + "0/";
        if (!what.startsWith(iana)) {
            return what;
        }
        String name = NAMES.get(what.substring(iana.length()));
        return name == null ? what : UNKNOWN + name;
    }
}
