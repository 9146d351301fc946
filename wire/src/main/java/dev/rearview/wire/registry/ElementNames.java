package dev.rearview.wire.registry;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names of information elements that exporters send: of IANA's registry, and of CERT's.
public final class ElementNames {
    /// What an element is called whose name is not known, as YAF's library has it.
    public static final String UNKNOWN = "_alienInformationElement";

    /// Enterprise number of CERT (YAF).
    public static final int CERT_ENTERPRISE = 6871;

    /// Enterprise number of reverse elements (RFC 5103).
    public static final int REVERSE_ENTERPRISE = 29305;

    private static final int REVERSE_BIT = 0x4000;

    private static final Map<Integer, String> IANA =
            names(
                    """
                    1 octetDeltaCount, 2 packetDeltaCount, 3 deltaFlowCount
                    4 protocolIdentifier, 5 ipClassOfService, 6 tcpControlBits
                    7 sourceTransportPort, 8 sourceIPv4Address, 9 sourceIPv4PrefixLength
                    10 ingressInterface, 11 destinationTransportPort, 12 destinationIPv4Address
                    13 destinationIPv4PrefixLength, 14 egressInterface, 15 ipNextHopIPv4Address
                    16 bgpSourceAsNumber, 17 bgpDestinationAsNumber, 18 bgpNextHopIPv4Address
                    19 postMCastPacketDeltaCount, 20 postMCastOctetDeltaCount
                    21 flowEndSysUpTime, 22 flowStartSysUpTime, 23 postOctetDeltaCount
                    24 postPacketDeltaCount, 25 minimumIpTotalLength, 26 maximumIpTotalLength
                    27 sourceIPv6Address, 28 destinationIPv6Address, 29 sourceIPv6PrefixLength
                    30 destinationIPv6PrefixLength, 31 flowLabelIPv6, 32 icmpTypeCodeIPv4
                    33 igmpType, 34 samplingInterval, 35 samplingAlgorithm, 36 flowActiveTimeout
                    37 flowIdleTimeout, 38 engineType, 39 engineId, 40 exportedOctetTotalCount
                    41 exportedMessageTotalCount, 42 exportedFlowRecordTotalCount
                    43 ipv4RouterSc, 44 sourceIPv4Prefix, 45 destinationIPv4Prefix
                    46 mplsTopLabelType, 47 mplsTopLabelIPv4Address, 48 samplerId
                    49 samplerMode, 50 samplerRandomInterval, 51 classId, 52 minimumTTL
                    53 maximumTTL, 54 fragmentIdentification, 55 postIpClassOfService
                    56 sourceMacAddress, 57 postDestinationMacAddress, 58 vlanId, 59 postVlanId
                    60 ipVersion, 61 flowDirection, 62 ipNextHopIPv6Address
                    63 bgpNextHopIPv6Address, 64 ipv6ExtensionHeaders
                    70 mplsTopLabelStackSection, 71 mplsLabelStackSection2
                    72 mplsLabelStackSection3, 73 mplsLabelStackSection4
                    74 mplsLabelStackSection5, 75 mplsLabelStackSection6
                    76 mplsLabelStackSection7, 77 mplsLabelStackSection8
                    78 mplsLabelStackSection9, 79 mplsLabelStackSection10
                    80 destinationMacAddress, 81 postSourceMacAddress, 82 interfaceName
                    83 interfaceDescription, 84 samplerName, 85 octetTotalCount
                    86 packetTotalCount, 87 flagsAndSamplerId, 88 fragmentOffset
                    89 forwardingStatus, 90 mplsVpnRouteDistinguisher
                    91 mplsTopLabelPrefixLength, 92 srcTrafficIndex, 93 dstTrafficIndex
                    94 applicationDescription, 95 applicationId, 96 applicationName
                    98 postIpDiffServCodePoint, 99 multicastReplicationFactor, 100 className
                    101 classificationEngineId, 102 layer2packetSectionOffset
                    103 layer2packetSectionSize, 104 layer2packetSectionData
                    128 bgpNextAdjacentAsNumber, 129 bgpPrevAdjacentAsNumber
                    130 exporterIPv4Address, 131 exporterIPv6Address, 132 droppedOctetDeltaCount
                    133 droppedPacketDeltaCount, 134 droppedOctetTotalCount
                    135 droppedPacketTotalCount, 136 flowEndReason, 137 commonPropertiesId
                    138 observationPointId, 139 icmpTypeCodeIPv6, 140 mplsTopLabelIPv6Address
                    141 lineCardId, 142 portId, 143 meteringProcessId, 144 exportingProcessId
                    145 templateId, 146 wlanChannelId, 147 wlanSSID, 148 flowId
                    149 observationDomainId, 150 flowStartSeconds, 151 flowEndSeconds
                    152 flowStartMilliseconds, 153 flowEndMilliseconds
                    154 flowStartMicroseconds, 155 flowEndMicroseconds, 156 flowStartNanoseconds
                    157 flowEndNanoseconds, 158 flowStartDeltaMicroseconds
                    159 flowEndDeltaMicroseconds, 160 systemInitTimeMilliseconds
                    161 flowDurationMilliseconds, 162 flowDurationMicroseconds
                    163 observedFlowTotalCount, 164 ignoredPacketTotalCount
                    165 ignoredOctetTotalCount, 166 notSentFlowTotalCount
                    167 notSentPacketTotalCount, 168 notSentOctetTotalCount
                    169 destinationIPv6Prefix, 170 sourceIPv6Prefix, 171 postOctetTotalCount
                    172 postPacketTotalCount, 173 flowKeyIndicator
                    174 postMCastPacketTotalCount, 175 collectorPort, 176 icmpTypeIPv4
                    177 icmpCodeIPv4, 178 icmpTypeIPv6, 179 icmpCodeIPv6, 180 udpSourcePort
                    181 udpDestinationPort, 182 tcpSourcePort, 183 tcpDestinationPort
                    184 tcpSequenceNumber, 185 tcpAcknowledgementNumber, 186 tcpWindowSize
                    187 tcpUrgentPointer, 188 tcpHeaderLength, 189 ipHeaderLength
                    190 totalLengthIPv4, 191 payloadLengthIPv6, 192 ipTTL, 193 nextHeaderIPv6
                    194 mplsPayloadLength, 195 ipDiffServCodePoint, 196 ipPrecedence
                    197 fragmentFlags, 198 octetDeltaSumOfSquares, 199 octetTotalSumOfSquares
                    200 mplsTopLabelTTL, 201 mplsLabelStackLength, 202 mplsLabelStackDepth
                    203 mplsTopLabelExp, 204 ipPayloadLength, 205 udpMessageLength
                    206 isMulticast, 207 ipv4IHL, 208 ipv4Options, 209 tcpOptions
                    210 paddingOctets, 211 collectorIPv4Address, 212 collectorIPv6Address
                    213 exportInterface, 214 exportProtocolVersion, 215 exportTransportProtocol
                    216 collectorTransportPort, 217 exporterTransportPort, 218 tcpSynTotalCount
                    219 tcpFinTotalCount, 220 tcpRstTotalCount, 221 tcpPshTotalCount
                    222 tcpAckTotalCount, 223 tcpUrgTotalCount, 224 ipTotalLength
                    225 postNATSourceIPv4Address, 226 postNATDestinationIPv4Address
                    227 postNAPTSourceTransportPort, 228 postNAPTDestinationTransportPort
                    229 natOriginatingAddressRealm, 230 natEvent, 231 initiatorOctets
                    232 responderOctets, 233 firewallEvent, 234 ingressVRFID, 235 egressVRFID
                    236 VRFname, 237 postMplsTopLabelExp, 238 tcpWindowScale
                    239 biflowDirection, 240 ethernetHeaderLength, 241 ethernetPayloadLength
                    242 ethernetTotalLength, 243 dot1qVlanId, 244 dot1qPriority
                    245 dot1qCustomerVlanId, 246 dot1qCustomerPriority, 247 metroEvcId
                    248 metroEvcType, 249 pseudoWireId, 250 pseudoWireType
                    251 pseudoWireControlWord, 252 ingressPhysicalInterface
                    253 egressPhysicalInterface, 254 postDot1qVlanId
                    255 postDot1qCustomerVlanId, 256 ethernetType, 257 postIpPrecedence
                    258 collectionTimeMilliseconds, 259 exportSctpStreamId, 260 maxExportSeconds
                    261 maxFlowEndSeconds, 262 messageMD5Checksum, 263 messageScope
                    264 minExportSeconds, 265 minFlowStartSeconds, 266 opaqueOctets
                    267 sessionScope, 268 maxFlowEndMicroseconds, 269 maxFlowEndMilliseconds
                    270 maxFlowEndNanoseconds, 271 minFlowStartMicroseconds
                    272 minFlowStartMilliseconds, 273 minFlowStartNanoseconds
                    274 collectorCertificate, 275 exporterCertificate
                    276 dataRecordsReliability, 277 observationPointType
                    278 newConnectionDeltaCount, 279 connectionSumDurationSeconds
                    280 connectionTransactionId, 281 postNATSourceIPv6Address
                    282 postNATDestinationIPv6Address, 283 natPoolId, 284 natPoolName
                    285 anonymizationFlags, 286 anonymizationTechnique
                    287 informationElementIndex, 288 p2pTechnology, 289 tunnelTechnology
                    290 encryptedTechnology, 291 basicList, 292 subTemplateList
                    293 subTemplateMultiList, 294 bgpValidityState, 295 IPSecSPI, 296 greKey
                    297 natType, 298 initiatorPackets, 299 responderPackets
                    300 observationDomainName, 301 selectionSequenceId, 302 selectorId
                    303 informationElementId, 304 selectorAlgorithm, 305 samplingPacketInterval
                    306 samplingPacketSpace, 307 samplingTimeInterval, 308 samplingTimeSpace
                    309 samplingSize, 310 samplingPopulation, 311 samplingProbability
                    312 dataLinkFrameSize, 313 ipHeaderPacketSection, 314 ipPayloadPacketSection
                    315 dataLinkFrameSection, 316 mplsLabelStackSection
                    317 mplsPayloadPacketSection, 318 selectorIdTotalPktsObserved
                    319 selectorIdTotalPktsSelected, 320 absoluteError, 321 relativeError
                    322 observationTimeSeconds, 323 observationTimeMilliseconds
                    324 observationTimeMicroseconds, 325 observationTimeNanoseconds
                    326 digestHashValue, 339 informationElementDataType
                    340 informationElementDescription, 341 informationElementName
                    342 informationElementRangeBegin, 343 informationElementRangeEnd
                    344 informationElementSemantics, 345 informationElementUnits
                    346 privateEnterpriseNumber, 347 virtualStationInterfaceId
                    348 virtualStationInterfaceName, 349 virtualStationUUID
                    350 virtualStationName, 351 layer2SegmentId, 352 layer2OctetDeltaCount
                    361 portRangeStart, 362 portRangeEnd, 363 portRangeStepSize
                    364 portRangeNumPorts, 368 ingressInterfaceType, 369 egressInterfaceType
                    371 userName, 372 applicationCategoryName, 373 applicationSubCategoryName
                    374 applicationGroupName, 403 originalFlowsPresent
                    404 originalFlowsInitiated, 405 originalFlowsCompleted
                    406 distinctCountOfSourceIPAddress, 407 distinctCountOfDestinationIPAddress
                    408 dataLinkFrameType, 409 sectionOffset, 410 sectionExportedOctets
                    """);

    private static final Map<Integer, String> CERT =
            names(
                    """
                    14 initialTCPFlags, 15 unionTCPFlags, 18 payload
                    21 reverseFlowDeltaMilliseconds, 30 silkFlowType, 31 silkFlowSensor
                    32 silkTCPState, 33 silkAppLabel, 35 payloadEntropy, 40 flowAttributes
                    100 expiredFragmentCount, 101 assembledFragmentCount, 102 meanFlowRate
                    103 meanPacketRate, 104 flowTableFlushEventCount, 105 flowTablePeakCount
                    106 osName, 107 osVersion, 500 smallPacketCount, 501 nonEmptyPacketCount
                    502 dataByteCount, 503 averageInterarrivalTime
                    504 standardDeviationInterarrivalTime, 505 firstNonEmptyPacketSize
                    506 maxPacketSize, 507 firstEightNonEmptyPacketDirections
                    508 standardDeviationPayloadLength, 509 tcpUrgentCount, 510 largePacketCount
                    938 silkFlowtypeName, 939 silkClassName, 940 silkTypeName
                    941 silkSensorName
                    """);

    private ElementNames() {}

    /// Reads `NUMBER NAME, NUMBER NAME`, on as many lines as there are.
    private static Map<Integer, String> names(String table) {
        Map<Integer, String> out = new HashMap<>();
        table.lines()
                .forEach(line -> {
                    for (String pair : line.split(", ", -1)) {
                        int blank = pair.indexOf(' ');
                        out.put(
                                Integer.valueOf(pair.substring(0, blank)),
                                pair.substring(blank + 1));
                    }
                });
        return out;
    }

    /// The name of an element, or [#UNKNOWN].
    ///
    /// @param enterprise number of who defined it, 0 for IANA
    public static String name(long enterprise, int element) {
        if (enterprise == REVERSE_ENTERPRISE) {
            return reversed(IANA.get(element));
        }
        if (enterprise == CERT_ENTERPRISE) {
            return (element & REVERSE_BIT) != 0
                    ? reversed(CERT.get(element & ~REVERSE_BIT))
                    : CERT.getOrDefault(element, UNKNOWN);
        }
        return enterprise == 0 ? IANA.getOrDefault(element, UNKNOWN) : UNKNOWN;
    }

    /// The name of the reverse of an element (RFC 5103).
    private static String reversed(@Nullable String name) {
        return name == null
                ? UNKNOWN
                : "reverse" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
