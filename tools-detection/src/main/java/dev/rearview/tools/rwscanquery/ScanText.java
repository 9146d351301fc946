package dev.rearview.tools.rwscanquery;

import dev.rearview.model.Volume;
import dev.rearview.text.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The reports that are text.
final class ScanText {
    private static final int PROBABILITY_DIGITS = 6;

    private static final List<String> STANDARD =
            List.of("scan-id", "stime", "etime", "proto", "srcaddr", "flows", "packets", "bytes");
    private static final List<Integer> STANDARD_WIDTHS = List.of(10, -19, -19, 5, -15, 10, 10, 14);
    private static final List<String> VOLUME = List.of("date", "flows", "packets", "bytes");
    private static final List<Integer> VOLUME_WIDTHS = List.of(-19, 10, 10, 14);
    private static final List<String> EXPORT =
            List.of(
                    "id",
                    "sip",
                    "proto",
                    "stime",
                    "etime",
                    "flows",
                    "packets",
                    "bytes",
                    "scan_model",
                    "scan_prob");

    private final Appendable out;
    private final boolean hasHeader;
    private final boolean isColumnar;

    /// @param hasHeader whether titles are printed
    /// @param isColumnar whether columns are padded, with blanks between them
    ScanText(Appendable out, boolean hasHeader, boolean isColumnar) {
        this.out = out;
        this.hasHeader = hasHeader;
        this.isColumnar = isColumnar;
    }

    /// Hands out the scans that are reported.
    @FunctionalInterface
    interface Scans {
        void forEach(ScanRow.Taker taker) throws IOException;
    }

    void standard(Scans scans) throws IOException {
        header(STANDARD, STANDARD_WIDTHS);
        scans.forEach(s ->
                line(
                        List.of(
                                Long.toString(s.id()),
                                s.times().start(),
                                s.times().end(),
                                Integer.toString(s.protocol()),
                                s.address(),
                                Long.toString(s.volume().flows()),
                                Long.toString(s.volume().packets()),
                                Long.toString(s.volume().bytes())),
                        STANDARD_WIDTHS));
    }

    /// Sums by the day on which scans began.
    void volume(Scans scans) throws IOException {
        Map<String, Volume> days = new TreeMap<>();
        scans.forEach(s -> {
            String day = s.times().start().substring(0, 10).replace('-', '/');
            try {
                days.merge(day, s.volume(), Volume::plus);
            } catch (ArithmeticException e) {
                throw new IOException("the sums of " + day + " are beyond 64 bits", e);
            }
        });
        header(VOLUME, VOLUME_WIDTHS);
        for (Map.Entry<String, Volume> day : days.entrySet()) {
            line(
                    List.of(
                            day.getKey(),
                            Long.toString(day.getValue().flows()),
                            Long.toString(day.getValue().packets()),
                            Long.toString(day.getValue().bytes())),
                    VOLUME_WIDTHS);
        }
    }

    /// All that the table has, as `rwscan --scandb` writes it, behind the number of the row.
    void export(Scans scans) throws IOException {
        ScanText plain = new ScanText(out, hasHeader, false);
        plain.header(EXPORT, List.of());
        scans.forEach(s ->
                plain.line(
                        List.of(
                                Long.toString(s.id()),
                                Integer.toUnsignedString(s.source()),
                                Integer.toString(s.protocol()),
                                s.times().start(),
                                s.times().end(),
                                Long.toString(s.volume().flows()),
                                Long.toString(s.volume().packets()),
                                Long.toString(s.volume().bytes()),
                                Integer.toString(s.model().number()),
                                Numbers.fixed(s.model().probability(), PROBABILITY_DIGITS)),
                        List.of()));
    }

    private void header(List<String> titles, List<Integer> widths) {
        if (hasHeader) {
            line(titles, widths);
        }
    }

    /// @param widths of columns, below 0 where cells stand at the left
    private void line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(i == 0 ? "" : isColumnar ? " " : "|");
            String gap = isColumnar ? " ".repeat(gap(cell, widths.get(i))) : "";
            boolean isLeft = isColumnar && widths.get(i) < 0;
            line.append(isLeft ? cell + gap : gap + cell);
        }
        try {
            out.append(line.append('\n'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int gap(String cell, int width) {
        return Math.max(0, Math.abs(width) - cell.length());
    }
}
