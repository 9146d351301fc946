package dev.rearview.wire.ipfix;

import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Protocols;
import dev.rearview.model.Selection;
import dev.rearview.wire.Elements;
import dev.rearview.wire.Template;
import dev.rearview.wire.ipfix.MessageWriter.TemplateField;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes flows as IPFIX, with the templates that SiLK uses: one for each kind of flow, or one for
/// all. Times are milliseconds; what a template has no field for is left out.
public final class IpfixSink implements FlowSink {
    // The template of all kinds, and the first of each family's.
    private static final int SINGLE = 0xAFEA;
    private static final int FIRST_IPV4 = 0x9DD0;
    private static final int FIRST_IPV6 = 0x9ED0;

    // Kinds of flows, by which templates of a family are numbered.
    private static final int OTHER = 0;
    private static final int ICMP = 1;
    private static final int PORTS = 2;
    private static final int TCP = 3;
    private static final int TCP_EXPANDED = 4;
    private static final int KINDS = 5;

    /// Octets of a record without names, at most.
    private static final int MOST_OCTETS = 120;

    /// Octets of padding in the single template.
    private static final int PADDING = 6;

    /// The longest name; SiLK's are shorter.
    private static final int MOST_NAME = 254;

    private static final int STATE = Attributes.VISIBLE | Attributes.EXPANDED;

    private static final TemplateField START = iana(152, 8);
    private static final TemplateField END = iana(153, 8);
    private static final TemplateField PROTOCOL = iana(4, 1);
    private static final TemplateField FLAGS = iana(6, 1);
    private static final TemplateField SPORT = iana(7, 2);
    private static final TemplateField DPORT = iana(11, 2);
    private static final TemplateField INITIAL_FLAGS = cert(14, 1);
    private static final TemplateField SESSION_FLAGS = cert(15, 1);
    private static final TemplateField FLOWTYPE = cert(30, 1);
    private static final TemplateField SENSOR = cert(31, 2);
    private static final TemplateField ATTRIBUTES = cert(32, 1);
    private static final TemplateField APPLICATION = cert(33, 2);
    private static final List<TemplateField> IPV4 = List.of(iana(8, 4), iana(12, 4), iana(15, 4));
    private static final List<TemplateField> IPV6 =
            List.of(iana(27, 16), iana(28, 16), iana(62, 16));

    /// What numbers of a site are called.
    public interface Names {
        String flowtype(int flowtype);

        String className(int flowtype);

        String type(int flowtype);

        String sensor(int sensor);
    }

    private final MessageWriter out;
    private final boolean isSingle;
    private final Optional<Names> names;
    private final Map<Integer, byte[]> flowtypeNames = new HashMap<>();
    private final Map<Integer, byte[]> sensorNames = new HashMap<>();
    private final FlowRecord record = new FlowRecord();

    /// Announces the templates at once.
    ///
    /// @param single whether one template serves all flows; it has no names
    /// @param names that records have beside the numbers
    public IpfixSink(OutputStream out, boolean single, Optional<Names> names, InstantSource clock)
            throws IOException {
        this.out = new MessageWriter(out, 0, clock);
        this.isSingle = single;
        this.names = single ? Optional.empty() : names;
        announce();
    }

    private static TemplateField iana(int element, int length) {
        return new TemplateField(0, element, length);
    }

    private static TemplateField cert(int element, int length) {
        return new TemplateField(Elements.CERT, element, length);
    }

    private void announce() throws IOException {
        if (isSingle) {
            out.template(SINGLE, single());
            return;
        }
        for (int kind = 0; kind < KINDS; kind++) {
            out.template(FIRST_IPV4 + kind, fields(kind, false));
            out.template(FIRST_IPV6 + kind, fields(kind, true));
        }
    }

    private static List<TemplateField> single() {
        return List.of(
                START,
                END,
                IPV6.get(0),
                IPV6.get(1),
                IPV4.get(0),
                IPV4.get(1),
                SPORT,
                DPORT,
                IPV4.get(2),
                IPV6.get(2),
                iana(10, 4),
                iana(14, 4),
                iana(2, 8),
                iana(1, 8),
                PROTOCOL,
                FLOWTYPE,
                SENSOR,
                FLAGS,
                INITIAL_FLAGS,
                SESSION_FLAGS,
                ATTRIBUTES,
                APPLICATION,
                iana(210, PADDING));
    }

    private List<TemplateField> fields(int kind, boolean six) {
        List<TemplateField> all =
                new ArrayList<>(
                        List.of(
                                START,
                                END,
                                iana(2, 4),
                                iana(1, 4),
                                iana(10, 2),
                                iana(14, 2),
                                APPLICATION,
                                SENSOR,
                                FLOWTYPE,
                                ATTRIBUTES,
                                PROTOCOL));
        all.addAll(
                switch (kind) {
                    case ICMP -> List.of(iana(six ? 139 : 32, 2));
                    case PORTS -> List.of(SPORT, DPORT);
                    case TCP -> List.of(FLAGS, SPORT, DPORT);
                    case TCP_EXPANDED -> List.of(INITIAL_FLAGS, SESSION_FLAGS, FLAGS, SPORT, DPORT);
                    default -> List.of();
                });
        all.addAll(six ? IPV6 : IPV4);
        if (names.isPresent()) {
            for (int element = 938; element <= 941; element++) {
                all.add(cert(element, Template.VARIABLE));
            }
        }
        return all;
    }

    @Override
    public void write(FlowBatch batch, Selection rows) throws IOException {
        batch.load(Field.all());
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            write(record);
        }
    }

    @Override
    public void write(FlowRecord r) throws IOException {
        if (isSingle) {
            single(r, out.record(SINGLE, MOST_OCTETS));
        } else {
            ofItsKind(r);
        }
    }

    private static int kind(FlowRecord r) {
        if (r.protocol == Protocols.TCP) {
            boolean expanded = (r.attributes & Attributes.EXPANDED) != 0;
            return expanded || (r.initialFlags | r.sessionFlags) != 0 ? TCP_EXPANDED : TCP;
        }
        if (r.protocol == Protocols.UDP || r.protocol == Protocols.SCTP) {
            return PORTS;
        }
        return r.isIcmp() ? ICMP : OTHER;
    }

    private void ofItsKind(FlowRecord r) throws IOException {
        boolean six = r.isIpv6();
        int kind = kind(r);
        byte[] flowtype = {};
        byte[] sensor = {};
        if (names.isPresent()) {
            flowtype = flowtypeNames(r.flowtype, names.get());
            sensor = sensorName(r.sensor, names.get());
        }
        int most = MOST_OCTETS + flowtype.length + sensor.length;
        ByteBuffer b = out.record((six ? FIRST_IPV6 : FIRST_IPV4) + kind, most);
        times(r, b);
        b.putInt(clamp(r.packets)).putInt(clamp(r.bytes));
        b.putShort((short) Math.min(r.input, 0xFFFF)).putShort((short) Math.min(r.output, 0xFFFF));
        b.putShort((short) r.application).putShort((short) r.sensor);
        b.put((byte) r.flowtype).put((byte) (r.attributes & STATE)).put((byte) r.protocol);
        switch (kind) {
            case ICMP -> b.putShort((short) r.dport);
            case PORTS -> ports(r, b);
            case TCP -> ports(r, b.put((byte) r.flags));
            case TCP_EXPANDED -> {
                b.put((byte) r.initialFlags).put((byte) r.sessionFlags).put((byte) r.flags);
                ports(r, b);
            }
            default -> {
                // Other protocols have neither.
            }
        }
        if (six) {
            b.putLong(r.sipHi).putLong(r.sipLo).putLong(r.dipHi).putLong(r.dipLo);
            b.putLong(r.nhipHi).putLong(r.nhipLo);
        } else {
            b.putInt((int) r.sipLo).putInt((int) r.dipLo).putInt((int) r.nhipLo);
        }
        b.put(flowtype).put(sensor);
    }

    private static void single(FlowRecord r, ByteBuffer b) {
        boolean six = r.isIpv6();
        times(r, b);
        b.putLong(six ? r.sipHi : 0).putLong(six ? r.sipLo : 0);
        b.putLong(six ? r.dipHi : 0).putLong(six ? r.dipLo : 0);
        b.putInt(six ? 0 : (int) r.sipLo).putInt(six ? 0 : (int) r.dipLo);
        ports(r, b);
        b.putInt(six ? 0 : (int) r.nhipLo);
        b.putLong(six ? r.nhipHi : 0).putLong(six ? r.nhipLo : 0);
        b.putInt(clamp(r.input)).putInt(clamp(r.output));
        b.putLong(r.packets).putLong(r.bytes);
        b.put((byte) r.protocol).put((byte) r.flowtype).putShort((short) r.sensor);
        b.put((byte) r.flags).put((byte) r.initialFlags).put((byte) r.sessionFlags);
        b.put((byte) (r.attributes & STATE)).putShort((short) r.application);
        b.putInt(0).putShort((short) 0);
    }

    private static void times(FlowRecord r, ByteBuffer b) {
        long start = Math.max(0, r.stimeMs());
        b.putLong(start).putLong(start + r.durationMs());
    }

    private static void ports(FlowRecord r, ByteBuffer b) {
        b.putShort((short) r.sport).putShort((short) r.dport);
    }

    private static int clamp(long count) {
        return (int) Math.min(count, 0xFFFF_FFFFL);
    }

    private byte[] flowtypeNames(int flowtype, Names site) {
        byte[] known = flowtypeNames.get(flowtype);
        if (known == null) {
            byte[] name = field(site.flowtype(flowtype));
            byte[] className = field(site.className(flowtype));
            byte[] type = field(site.type(flowtype));
            known =
                    ByteBuffer.allocate(name.length + className.length + type.length)
                            .put(name)
                            .put(className)
                            .put(type)
                            .array();
            flowtypeNames.put(flowtype, known);
        }
        return known;
    }

    private byte[] sensorName(int sensor, Names site) {
        byte[] known = sensorNames.get(sensor);
        if (known == null) {
            known = field(site.sensor(sensor));
            sensorNames.put(sensor, known);
        }
        return known;
    }

    /// A name as a field of variable length.
    private static byte[] field(String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(octets.length, MOST_NAME);
        return ByteBuffer.allocate(1 + length).put((byte) length).put(octets, 0, length).array();
    }

    @Override
    public long written() {
        return out.written();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
