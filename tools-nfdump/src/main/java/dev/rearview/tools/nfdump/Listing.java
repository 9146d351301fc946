package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What lines are printed as.
interface Listing {
    /// Fields of a flow that it prints, beside times and counts.
    Set<Field> fields();

    /// All fields of a flow that any listing prints.
    static Set<Field> ofFlow() {
        return EnumSet.of(
                Field.SIP,
                Field.DIP,
                Field.SPORT,
                Field.DPORT,
                Field.PROTOCOL,
                Field.FLAGS,
                Field.INPUT,
                Field.OUTPUT,
                Field.NHIP,
                Field.MEMO);
    }

    /// Names of what it prints though flow records do not have it.
    default List<String> missing() {
        return List.of();
    }

    /// What comes before the first line, whether there is one or not.
    default void begin(StringBuilder out) {}

    void line(Shown line, StringBuilder out);

    /// What comes behind the last line.
    ///
    /// @param any whether there was a line
    default void end(boolean any, StringBuilder out) {}

    /// How what was counted of all lines is printed.
    default Summary.Kind summary() {
        return Summary.Kind.TEXT;
    }

    /// Lines of tags.
    record Lines(LineFormat format, Style style, boolean quiet) implements Listing {
        @Override
        public Set<Field> fields() {
            return format.fields();
        }

        @Override
        public List<String> missing() {
            return format.missing();
        }

        @Override
        public void begin(StringBuilder out) {
            if (!quiet) {
                format.title(style, out);
                out.append('\n');
            }
        }

        @Override
        public void line(Shown line, StringBuilder out) {
            format.print(line, style, out);
            out.append('\n');
        }

        @Override
        public void end(boolean any, StringBuilder out) {
            tellNone(any, out);
        }
    }

    /// Says that there was no line.
    private static void tellNone(boolean any, StringBuilder out) {
        if (!any) {
            out.append("No matching flows\n");
        }
    }

    /// No lines.
    record Nothing() implements Listing {
        @Override
        public Set<Field> fields() {
            return EnumSet.noneOf(Field.class);
        }

        @Override
        public void line(Shown line, StringBuilder out) {}

        @Override
        public void end(boolean any, StringBuilder out) {
            tellNone(any, out);
        }
    }

    /// Values with commas between them.
    record Csv(Style style, boolean quiet) implements Listing {
        private static final String TITLE =
                "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr\n";
        private static final String NO_MAC = ",00:00:00:00:00:00";
        private static final String NO_LABEL = ",0-0-0";

        @Override
        public Set<Field> fields() {
            return ofFlow();
        }

        @Override
        public List<String> missing() {
            return List.of(
                    "fwd",
                    "sas",
                    "das",
                    "smk",
                    "dmk",
                    "dir",
                    "nhb",
                    "svln",
                    "dvln",
                    "ismc",
                    "odmc",
                    "idmc",
                    "osmc",
                    "mpls1-10",
                    "cl",
                    "sl",
                    "al",
                    "ra",
                    "eng",
                    "exid",
                    "tr");
        }

        @Override
        public void begin(StringBuilder out) {
            if (!quiet) {
                out.append(TITLE);
            }
        }

        @Override
        public void line(Shown l, StringBuilder out) {
            style.time(l.firstMs, false, ' ', out);
            style.time(l.lastMs, false, ' ', out.append(','));
            out.append(',').append(Style.seconds(l.durationMs()));
            out.append(',').append(Style.wholeAddress(l.flow.sipHi, l.flow.sipLo));
            out.append(',').append(Style.wholeAddress(l.flow.dipHi, l.flow.dipLo));
            out.append(',').append(l.flow.sport).append(',').append(l.flow.dport).append(',');
            out.append(Tag.protocol(l.flow.protocol, style)).append(',');
            Tag.letters(l.flow.flags, out);
            out.append(",0,").append(l.flow.typeOfService());
            for (long n : new long[] {l.packets, l.bytes, l.outPackets, l.outBytes}) {
                out.append(',').append(Long.toUnsignedString(n));
            }
            out.append(',').append(l.flow.input).append(',').append(l.flow.output);
            out.append(",0,0,0,0,").append(l.flow.otherTypeOfService()).append(",0,");
            out.append(Style.wholeAddress(l.flow.nhipHi, l.flow.nhipLo)).append(",0.0.0.0,0,0");
            out.repeat(NO_MAC, 4).repeat(NO_LABEL, 10);
            out.append(",    0.000,    0.000,    0.000,0.0.0.0,0/0,0,1970-01-01 00:00:00.000\n");
        }

        @Override
        public Summary.Kind summary() {
            return Summary.Kind.CSV;
        }
    }
}
