package dev.rearview.kit.fields;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.text.FlagText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// SiLK's own fields.
final class SilkFields {
    /// Value of a field that a flow does not have, such as the ICMP type of a TCP flow.
    static final long ABSENT = -1L;

    static final int ICMP = 1;

    /// ICMPv6, in IPv6 records; in others it is a protocol without types.
    static final int ICMP6 = 58;

    private SilkFields() {}

    /// The fields in the order in which `--all-fields` prints them.
    static List<PrintField> all() {
        List<PrintField> out = new ArrayList<>();
        out.add(new AddressField(Field.SIP));
        out.add(new AddressField(Field.DIP));
        out.add(new NumberField(Field.SPORT, 5, 2));
        out.add(new NumberField(Field.DPORT, 5, 2));
        out.add(new NumberField(Field.PROTOCOL, 3, 1, "proto"));
        out.add(new NumberField(Field.PACKETS, 10, 4, "pkts"));
        out.add(new NumberField(Field.BYTES, 10, 4));
        out.add(new FlagsField(Field.FLAGS));
        out.add(new StartField(9, "sTime", false));
        out.add(new DurationField(10, "duration", false, "dur"));
        out.add(new EndField(11, "eTime", false));
        out.add(new SensorField());
        out.add(new NumberField(Field.INPUT, 5, 2));
        out.add(new NumberField(Field.OUTPUT, 5, 2));
        out.add(new AddressField(Field.NHIP));
        out.add(new FlagsField(Field.INITIAL_FLAGS));
        out.add(new FlagsField(Field.SESSION_FLAGS));
        out.add(new AttributesField());
        out.add(new NumberField(Field.APPLICATION, 5, 2));
        out.add(new ClassField());
        out.add(new TypeField());
        out.add(new StartField(22, "sTime+msec", true));
        out.add(new EndField(23, "eTime+msec", true));
        out.add(new DurationField(24, "dur+msec", true));
        out.add(new IcmpField("iType", 8));
        out.add(new IcmpField("iCode", 0));
        return out;
    }

    static boolean isIcmp(FlowBatch batch, int row) {
        long protocol = batch.values(Field.PROTOCOL)[row];
        return protocol == ICMP
                || (protocol == ICMP6
                        && (batch.values(Field.ATTRIBUTES)[row] & Attributes.IPV6) != 0);
    }

    static final class AddressField extends PrintField {
        private final Field field;

        AddressField(Field field) {
            super(field.silkId(), field.silkName());
            this.field = field;
        }

        @Override
        public int words() {
            return 2;
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(field);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            AddressColumn column = batch.addresses(field);
            System.arraycopy(column.hi(), 0, out[at], 0, batch.size());
            System.arraycopy(column.lo(), 0, out[at + 1], 0, batch.size());
        }

        @Override
        public int width(FieldStyle style) {
            return style.ip().width(style.addressWidthV6());
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            style.ip().format(hi, lo, v6 || !Ip.isMapped(hi, lo), out);
        }

        @Override
        public int octets() {
            return 16;
        }
    }

    static final class NumberField extends PrintField {
        private final Field field;
        private final int width;
        private final int octets;

        NumberField(Field field, int width, int octets, String... aliases) {
            super(field.silkId(), field.silkName(), aliases);
            this.field = field;
            this.width = width;
            this.octets = octets;
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(field);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            System.arraycopy(batch.values(field), 0, out[at], 0, batch.size());
        }

        @Override
        public int width(FieldStyle style) {
            return width;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(Long.toUnsignedString(hi));
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }

        @Override
        public int octets() {
            return octets;
        }
    }

    /// The exporter's rate 1-in-N. Blank where it is not known, as in all of SiLK's own files.
    static final class SamplingField extends PrintField {
        SamplingField() {
            super(0, Field.SAMPLING.silkName());
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(Field.SAMPLING);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            System.arraycopy(batch.values(Field.SAMPLING), 0, out[at], 0, batch.size());
        }

        @Override
        public int width(FieldStyle style) {
            return 10;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            if (hi != 0) {
                out.append(hi);
            }
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }
    }

    static final class FlagsField extends PrintField {
        private final Field field;

        FlagsField(Field field) {
            super(field.silkId(), field.silkName());
            this.field = field;
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(field);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            System.arraycopy(batch.values(field), 0, out[at], 0, batch.size());
        }

        @Override
        public int width(FieldStyle style) {
            return style.integerFlags() ? 3 : 8;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            if (style.integerFlags()) {
                out.append(hi);
            } else {
                FlagText.flags((int) hi, style.padded(), out);
            }
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return style.integerFlags();
        }

        @Override
        public int octets() {
            return 1;
        }
    }

    static final class AttributesField extends PrintField {
        private final long mask;

        AttributesField() {
            this(Attributes.VISIBLE);
        }

        private AttributesField(long mask) {
            super(28, "attributes");
            this.mask = mask;
        }

        @Override
        public PrintField sortKey() {
            return new AttributesField(0xFF & ~(Attributes.IPV6 | Attributes.TIME_REPLACED));
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] values = batch.values(Field.ATTRIBUTES);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = values[i] & mask;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 8;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            FlagText.attributes((int) hi, style.padded(), out);
        }

        @Override
        public int octets() {
            return 1;
        }
    }

    /// Times in milliseconds; `always` prints `.sss` whatever the style says.
    abstract static class TimeField extends PrintField {
        private final boolean always;

        TimeField(int id, String name, boolean always) {
            super(id, name);
            this.always = always;
        }

        @Override
        public int width(FieldStyle style) {
            return style.time().withMilliseconds(always || style.time().milliseconds()).width();
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            style.time().withMilliseconds(always || style.time().milliseconds()).format(hi, out);
        }
    }

    static final class StartField extends TimeField {
        StartField(int id, String name, boolean always) {
            super(id, name, always);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] stime = batch.values(Field.STIME);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = Math.floorDiv(stime[i], 1000L);
            }
        }
    }

    static final class EndField extends TimeField {
        EndField(int id, String name, boolean always) {
            super(id, name, always);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] stime = batch.values(Field.STIME);
            long[] duration = batch.values(Field.DURATION);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = Math.floorDiv(stime[i], 1000L) + duration[i] / 1000;
            }
        }
    }

    static final class DurationField extends PrintField {
        private final boolean always;

        DurationField(int id, String name, boolean always, String... aliases) {
            super(id, name, aliases);
            this.always = always;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] duration = batch.values(Field.DURATION);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = duration[i] / 1000;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return always || style.time().milliseconds() ? 9 : 5;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            style.time().withMilliseconds(always || style.time().milliseconds()).duration(hi, out);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }
    }

    static final class SensorField extends PrintField {
        SensorField() {
            super(12, "sensor");
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(Field.SENSOR);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            System.arraycopy(batch.values(Field.SENSOR), 0, out[at], 0, batch.size());
        }

        @Override
        public int width(FieldStyle style) {
            return style.sensorWidth();
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            if (style.integerSensors()) {
                out.append(hi == 0xFFFF ? "-1" : Long.toString(hi));
            } else {
                out.append(style.site().sensorName((int) hi));
            }
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return style.integerSensors();
        }

        @Override
        public int octets() {
            return 2;
        }
    }

    /// Class and type both stand for the flowtype number.
    abstract static class FlowtypeField extends PrintField {
        FlowtypeField(int id, String name) {
            super(id, name);
        }

        @Override
        public Optional<Field> stored() {
            return Optional.of(Field.FLOWTYPE);
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            System.arraycopy(batch.values(Field.FLOWTYPE), 0, out[at], 0, batch.size());
        }

        @Override
        public int octets() {
            return 1;
        }
    }

    static final class ClassField extends FlowtypeField {
        ClassField() {
            super(20, "class");
        }

        @Override
        public int width(FieldStyle style) {
            return style.classWidth();
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(style.site().className((int) hi));
        }
    }

    static final class TypeField extends FlowtypeField {
        TypeField() {
            super(21, "type");
        }

        @Override
        public int width(FieldStyle style) {
            return style.typeWidth();
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(style.site().typeName((int) hi));
        }
    }

    static final class IcmpField extends PrintField {
        private final int shift;
        private final long otherwise;

        IcmpField(String name, int shift) {
            this(name, shift, ABSENT);
        }

        /// @param otherwise value of flows that are not ICMP
        IcmpField(String name, int shift, long otherwise) {
            super(0, name);
            this.shift = shift;
            this.otherwise = otherwise;
        }

        /// The form that is sorted and grouped by: 0 for flows that are not ICMP.
        @Override
        public PrintField sortKey() {
            return new IcmpField(name(), shift, 0);
        }

        boolean isCode() {
            return shift == 0;
        }

        /// What this field takes from a destination port, whatever the protocol.
        long of(long dport) {
            return dport >>> shift & 0xFF;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] dport = batch.values(Field.DPORT);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = isIcmp(batch, i) ? of(dport[i]) : otherwise;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 3;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            if (hi != ABSENT) {
                out.append(hi);
            }
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }

        @Override
        public int octets() {
            return 1;
        }
    }

    /// Ports, or type and code of ICMP flows: rwcut's `--icmp-type-and-code`.
    static final class PortOrIcmpField extends PrintField {
        private final boolean type;

        PortOrIcmpField(boolean type) {
            super(type ? 3 : 4, type ? "sPort" : "dPort");
            this.type = type;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] port = batch.values(type ? Field.SPORT : Field.DPORT);
            long[] dport = batch.values(Field.DPORT);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = !isIcmp(batch, i) ? port[i] : dport[i] >>> (type ? 8 : 0) & 0xFF;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 5;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(hi);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }
    }
}
