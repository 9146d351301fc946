package dev.rearview.wire.registry;

/// The information elements that flows are made of, by number: IANA's registry (RFC 7012), CERT's
/// own, reverse ones (RFC 5103), and two of NetFlow v9 that only Cisco's firewalls send.
///
/// Each is the number of its slot in what decoders keep of a record. Those of other enterprises
/// than IANA lie behind IANA's: at their own number from [#CERT_BASE], [#REVERSE_BASE] and
/// [#CERT_REVERSE_BASE] on.
public final class ElementIds {
    public static final int OCTET_DELTA_COUNT = 1;
    public static final int PACKET_DELTA_COUNT = 2;
    public static final int PROTOCOL_IDENTIFIER = 4;
    public static final int TCP_CONTROL_BITS = 6;
    public static final int SOURCE_TRANSPORT_PORT = 7;
    public static final int SOURCE_IPV4_ADDRESS = 8;
    public static final int INGRESS_INTERFACE = 10;
    public static final int DESTINATION_TRANSPORT_PORT = 11;
    public static final int DESTINATION_IPV4_ADDRESS = 12;
    public static final int EGRESS_INTERFACE = 14;
    public static final int IP_NEXT_HOP_IPV4_ADDRESS = 15;
    public static final int FLOW_END_SYS_UP_TIME = 21;
    public static final int FLOW_START_SYS_UP_TIME = 22;
    public static final int POST_OCTET_DELTA_COUNT = 23;
    public static final int POST_PACKET_DELTA_COUNT = 24;
    public static final int SOURCE_IPV6_ADDRESS = 27;
    public static final int DESTINATION_IPV6_ADDRESS = 28;
    public static final int ICMP_TYPE_CODE_IPV4 = 32;
    public static final int SAMPLING_INTERVAL = 34;
    public static final int SAMPLING_ALGORITHM = 35;
    public static final int SAMPLER_ID = 48;
    public static final int SAMPLER_MODE = 49;
    public static final int SAMPLER_RANDOM_INTERVAL = 50;
    public static final int VLAN_ID = 58;
    public static final int POST_VLAN_ID = 59;
    public static final int IP_NEXT_HOP_IPV6_ADDRESS = 62;
    public static final int OCTET_TOTAL_COUNT = 85;
    public static final int PACKET_TOTAL_COUNT = 86;
    public static final int FLOW_END_REASON = 136;
    public static final int ICMP_TYPE_CODE_IPV6 = 139;
    public static final int FLOW_ID = 148;
    public static final int FLOW_START_SECONDS = 150;
    public static final int FLOW_END_SECONDS = 151;
    public static final int FLOW_START_MILLISECONDS = 152;
    public static final int FLOW_END_MILLISECONDS = 153;
    public static final int FLOW_START_MICROSECONDS = 154;
    public static final int FLOW_END_MICROSECONDS = 155;
    public static final int FLOW_START_NANOSECONDS = 156;
    public static final int FLOW_END_NANOSECONDS = 157;
    public static final int FLOW_START_DELTA_MICROSECONDS = 158;
    public static final int FLOW_END_DELTA_MICROSECONDS = 159;
    public static final int SYSTEM_INIT_TIME_MILLISECONDS = 160;
    public static final int FLOW_DURATION_MILLISECONDS = 161;
    public static final int FLOW_DURATION_MICROSECONDS = 162;
    public static final int POST_OCTET_TOTAL_COUNT = 171;
    public static final int POST_PACKET_TOTAL_COUNT = 172;
    public static final int ICMP_TYPE_IPV4 = 176;
    public static final int ICMP_CODE_IPV4 = 177;
    public static final int ICMP_TYPE_IPV6 = 178;
    public static final int ICMP_CODE_IPV6 = 179;
    public static final int INITIATOR_OCTETS = 231;
    public static final int RESPONDER_OCTETS = 232;
    public static final int FIREWALL_EVENT = 233;
    public static final int ETHERNET_TOTAL_LENGTH = 242;
    public static final int COLLECTION_TIME_MILLISECONDS = 258;
    public static final int INITIATOR_PACKETS = 298;
    public static final int RESPONDER_PACKETS = 299;
    public static final int SELECTOR_ID = 302;
    public static final int SAMPLING_PACKET_INTERVAL = 305;
    public static final int SAMPLING_PACKET_SPACE = 306;
    public static final int DATA_LINK_FRAME_SIZE = 312;
    public static final int IP_HEADER_PACKET_SECTION = 313;
    public static final int DATA_LINK_FRAME_SECTION = 315;
    public static final int OBSERVATION_TIME_SECONDS = 322;
    public static final int OBSERVATION_TIME_MILLISECONDS = 323;
    public static final int OBSERVATION_TIME_MICROSECONDS = 324;
    public static final int OBSERVATION_TIME_NANOSECONDS = 325;
    public static final int DATA_LINK_FRAME_TYPE = 408;
    public static final int SECTION_EXPORTED_OCTETS = 410;

    /// Octets that say nothing.
    public static final int PADDING_OCTETS = 210;

    /// A list of records of other templates (RFC 6313).
    public static final int SUB_TEMPLATE_MULTI_LIST = 293;

    /// Slots of each enterprise, whose numbers are below.
    public static final int NUMBERS = 512;

    // CERT's elements (YAF).
    public static final int CERT_BASE = NUMBERS;
    public static final int INITIAL_TCP_FLAGS = CERT_BASE + 14;
    public static final int UNION_TCP_FLAGS = CERT_BASE + 15;
    public static final int REVERSE_FLOW_DELTA_MILLISECONDS = CERT_BASE + 21;
    public static final int SILK_FLOW_TYPE = CERT_BASE + 30;
    public static final int SILK_FLOW_SENSOR = CERT_BASE + 31;
    public static final int SILK_TCP_STATE = CERT_BASE + 32;
    public static final int SILK_APP_LABEL = CERT_BASE + 33;
    public static final int FLOW_ATTRIBUTES = CERT_BASE + 40;

    /// The reverse of IANA's elements.
    public static final int REVERSE_BASE = 2 * NUMBERS;

    /// The reverse of CERT's elements.
    public static final int CERT_REVERSE_BASE = 3 * NUMBERS;

    // Of Cisco's firewalls, whose numbers in NetFlow v9 are above all others.
    public static final int FIREWALL_EVENT_V9 = 4 * NUMBERS;
    public static final int FIREWALL_EXT_EVENT_V9 = FIREWALL_EVENT_V9 + 1;
    public static final int NUMBER_OF_FIREWALL_EVENT_V9 = 40_005;
    public static final int NUMBER_OF_FIREWALL_EXT_EVENT_V9 = 33_002;

    private static final int[] ALL = {
        OCTET_DELTA_COUNT,
        PACKET_DELTA_COUNT,
        PROTOCOL_IDENTIFIER,
        TCP_CONTROL_BITS,
        SOURCE_TRANSPORT_PORT,
        SOURCE_IPV4_ADDRESS,
        INGRESS_INTERFACE,
        DESTINATION_TRANSPORT_PORT,
        DESTINATION_IPV4_ADDRESS,
        EGRESS_INTERFACE,
        IP_NEXT_HOP_IPV4_ADDRESS,
        FLOW_END_SYS_UP_TIME,
        FLOW_START_SYS_UP_TIME,
        POST_OCTET_DELTA_COUNT,
        POST_PACKET_DELTA_COUNT,
        SOURCE_IPV6_ADDRESS,
        DESTINATION_IPV6_ADDRESS,
        ICMP_TYPE_CODE_IPV4,
        SAMPLING_INTERVAL,
        SAMPLING_ALGORITHM,
        SAMPLER_ID,
        SAMPLER_MODE,
        SAMPLER_RANDOM_INTERVAL,
        VLAN_ID,
        POST_VLAN_ID,
        IP_NEXT_HOP_IPV6_ADDRESS,
        OCTET_TOTAL_COUNT,
        PACKET_TOTAL_COUNT,
        FLOW_END_REASON,
        ICMP_TYPE_CODE_IPV6,
        FLOW_ID,
        FLOW_START_SECONDS,
        FLOW_END_SECONDS,
        FLOW_START_MILLISECONDS,
        FLOW_END_MILLISECONDS,
        FLOW_START_MICROSECONDS,
        FLOW_END_MICROSECONDS,
        FLOW_START_NANOSECONDS,
        FLOW_END_NANOSECONDS,
        FLOW_START_DELTA_MICROSECONDS,
        FLOW_END_DELTA_MICROSECONDS,
        SYSTEM_INIT_TIME_MILLISECONDS,
        FLOW_DURATION_MILLISECONDS,
        FLOW_DURATION_MICROSECONDS,
        POST_OCTET_TOTAL_COUNT,
        POST_PACKET_TOTAL_COUNT,
        ICMP_TYPE_IPV4,
        ICMP_CODE_IPV4,
        ICMP_TYPE_IPV6,
        ICMP_CODE_IPV6,
        INITIATOR_OCTETS,
        RESPONDER_OCTETS,
        FIREWALL_EVENT,
        ETHERNET_TOTAL_LENGTH,
        COLLECTION_TIME_MILLISECONDS,
        INITIATOR_PACKETS,
        RESPONDER_PACKETS,
        SELECTOR_ID,
        SAMPLING_PACKET_INTERVAL,
        SAMPLING_PACKET_SPACE,
        DATA_LINK_FRAME_SIZE,
        IP_HEADER_PACKET_SECTION,
        DATA_LINK_FRAME_SECTION,
        OBSERVATION_TIME_SECONDS,
        OBSERVATION_TIME_MILLISECONDS,
        OBSERVATION_TIME_MICROSECONDS,
        OBSERVATION_TIME_NANOSECONDS,
        DATA_LINK_FRAME_TYPE,
        SECTION_EXPORTED_OCTETS,
        INITIAL_TCP_FLAGS,
        UNION_TCP_FLAGS,
        REVERSE_FLOW_DELTA_MILLISECONDS,
        SILK_FLOW_TYPE,
        SILK_FLOW_SENSOR,
        SILK_TCP_STATE,
        SILK_APP_LABEL,
        FLOW_ATTRIBUTES,
        reverse(OCTET_DELTA_COUNT),
        reverse(PACKET_DELTA_COUNT),
        reverse(TCP_CONTROL_BITS),
        reverse(POST_OCTET_DELTA_COUNT),
        reverse(POST_PACKET_DELTA_COUNT),
        reverse(VLAN_ID),
        reverse(POST_VLAN_ID),
        reverse(OCTET_TOTAL_COUNT),
        reverse(PACKET_TOTAL_COUNT),
        reverse(POST_OCTET_TOTAL_COUNT),
        reverse(POST_PACKET_TOTAL_COUNT),
        reverse(INITIAL_TCP_FLAGS),
        reverse(UNION_TCP_FLAGS),
        reverse(FLOW_ATTRIBUTES),
        FIREWALL_EVENT_V9,
        FIREWALL_EXT_EVENT_V9
    };

    private ElementIds() {}

    /// The slot of the reverse of an element.
    public static int reverse(int slot) {
        return slot + REVERSE_BASE;
    }

    /// All slots.
    public static int[] all() {
        return ALL.clone();
    }
}
