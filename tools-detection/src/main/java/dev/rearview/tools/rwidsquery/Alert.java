package dev.rearview.tools.rwidsquery;

import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import dev.rearview.text.IpText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An alert of Snort: when it was raised, and between whom.
///
/// @param protocol its number, empty where the alert does not tell it
record Alert(When when, End source, End destination, Optional<Integer> protocol) {
    private static final Pattern SYSLOG_TIME =
            Pattern.compile("\\s*([A-Z][a-z][a-z]) +(\\d{1,2}) (\\d\\d):(\\d\\d):(\\d\\d)\\b");
    private static final Pattern SNORT_TIME =
            Pattern.compile(
                    "\\s*(\\d\\d)/(\\d\\d)(?:/\\d\\d)?-(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.\\d+)?\\b");
    private static final List<String> MONTHS =
            List.of(
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec");
    private static final String ARROW = " -> ";
    private static final int MAX_PORT = 0xFFFF;
    private static final int MAX_PROTOCOL = 0xFF;

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("uuuu/MM/dd:HH", Locale.ROOT);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu/MM/dd:HH:mm:ss", Locale.ROOT);

    /// A time without its year, which alerts do not have.
    record When(int month, int day, int hour, int minute, int second) {
        LocalDateTime in(int year) {
            try {
                return LocalDateTime.of(year, month, day, hour, minute, second);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("no time of " + year + ": " + e.getMessage(), e);
            }
        }
    }

    /// One side of what was alerted.
    ///
    /// @param port below 0 where there is none
    record End(String address, int port) {
        boolean hasPort() {
            return port >= 0;
        }
    }

    /// The alert of a line that `snort_fast` or `alert_fast` writes; empty where it is none.
    static Optional<Alert> fast(String line) {
        int open = line.lastIndexOf('{');
        int close = line.indexOf('}', Math.max(open, 0));
        if (open < 0 || close < 0) {
            return Optional.empty();
        }
        Optional<Integer> protocol = protocol(line.substring(open + 1, close));
        Optional<When> when = time(line);
        Optional<Ends> ends = ends(line.substring(close + 1), protocol);
        return when.isPresent() && ends.isPresent()
                ? Optional.of(
                        new Alert(when.get(), ends.get().source, ends.get().destination, protocol))
                : Optional.empty();
    }

    /// The alert of a block that `snort_full` or `alert_full` writes; empty where it is none.
    ///
    /// @param lines from the title on, without the blank line behind it
    static Optional<Alert> full(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            Optional<When> when = time(lines.get(i));
            if (when.isPresent()) {
                return full(when.get(), lines.subList(i, lines.size()));
            }
        }
        return Optional.empty();
    }

    /// Where the link layer is shown, the line of the addresses comes after that of the time, and
    /// the protocol stands in it.
    private static Optional<Alert> full(When when, List<String> lines) {
        String rest = afterTime(lines.getFirst());
        boolean hasLink = !startsWithAddress(rest);
        if (lines.size() < 2) {
            return Optional.empty();
        }
        String line = hasLink ? lines.get(1).strip() : rest;
        String described = hasLink ? afterEnds(line) : lines.get(1).strip();
        int blank = described.indexOf(' ');
        Optional<Integer> protocol =
                protocol(blank < 0 ? described : described.substring(0, blank));
        return ends(line, protocol).map(e -> new Alert(when, e.source, e.destination, protocol));
    }

    private static boolean startsWithAddress(String text) {
        int arrow = text.indexOf(ARROW);
        if (arrow < 0) {
            return false;
        }
        try {
            String from = text.substring(0, arrow).strip();
            int colon = from.indexOf(':');
            boolean isIpv4 = colon < 0 || from.indexOf('.') >= 0;
            IpText.parse(isIpv4 && colon >= 0 ? from.substring(0, colon) : from);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String afterEnds(String line) {
        int arrow = line.indexOf(ARROW);
        int blank = arrow < 0 ? -1 : line.indexOf(' ', arrow + ARROW.length());
        return blank < 0 ? "" : line.substring(blank + 1).strip();
    }

    private record Ends(End source, End destination) {}

    private static Optional<Ends> ends(String text, Optional<Integer> protocol) {
        String all = text.strip();
        int arrow = all.indexOf(ARROW);
        if (arrow < 0) {
            return Optional.empty();
        }
        String to = all.substring(arrow + ARROW.length()).strip();
        int blank = to.indexOf(' ');
        boolean hasPorts =
                protocol.isEmpty()
                        || protocol.get() == Protocols.TCP
                        || protocol.get() == Protocols.UDP;
        return Optional.of(
                new Ends(
                        end(all.substring(0, arrow).strip(), hasPorts),
                        end(blank < 0 ? to : to.substring(0, blank), hasPorts)));
    }

    /// An IPv6 address and a port have a colon between them like those of the address.
    private static End end(String text, boolean hasPorts) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        boolean isIpv6 = first >= 0 && first != last;
        if (first < 0 || isIpv6 && !hasPorts) {
            return new End(address(text), -1);
        }
        int port = (int) IpText.parseDigits(text.substring(last + 1), MAX_PORT, "port");
        return new End(address(text.substring(0, last)), port);
    }

    private static String address(String text) {
        Ip ip = IpText.parse(text);
        return ip.v6() || text.indexOf('.') >= 0 ? text : refuse(text);
    }

    private static String refuse(String text) {
        throw new IllegalArgumentException("'" + text + "' is not an address");
    }

    private static Optional<Integer> protocol(String name) {
        return switch (name) {
            case "ICMP" -> Optional.of(Protocols.ICMP);
            case "TCP" -> Optional.of(Protocols.TCP);
            case "UDP" -> Optional.of(Protocols.UDP);
            case "IPV6-ICMP", "ICMP6" -> Optional.of(Protocols.ICMPV6);
            default ->
                    name.startsWith("PROTO:")
                            ? Optional.of(
                                    (int)
                                            IpText.parseDigits(
                                                    name.substring("PROTO:".length()),
                                                    MAX_PROTOCOL,
                                                    "protocol"))
                            : Optional.empty();
        };
    }

    private static Optional<When> time(String line) {
        Matcher m = SYSLOG_TIME.matcher(line);
        if (m.lookingAt() && MONTHS.contains(m.group(1))) {
            return Optional.of(when(m, MONTHS.indexOf(m.group(1)) + 1));
        }
        m = SNORT_TIME.matcher(line);
        return m.lookingAt()
                ? Optional.of(when(m, Integer.parseInt(m.group(1))))
                : Optional.empty();
    }

    private static When when(Matcher m, int month) {
        return new When(month, number(m, 2), number(m, 3), number(m, 4), number(m, 5));
    }

    private static int number(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static String afterTime(String line) {
        Matcher m = SNORT_TIME.matcher(line);
        return m.lookingAt() ? line.substring(m.end()).strip() : "";
    }

    /// What to ask for.
    ///
    /// @param tolerance by how much flows may start earlier or later
    List<Criterion> criteria(int year, Duration tolerance) {
        LocalDateTime from = when.in(year).minus(tolerance);
        LocalDateTime to = when.in(year).plus(tolerance);
        List<Criterion> out = new ArrayList<>();
        out.add(new Criterion("start-date", HOUR.format(from)));
        out.add(new Criterion("end-date", HOUR.format(to)));
        out.add(new Criterion("stime", SECOND.format(from) + "-" + SECOND.format(to)));
        out.add(new Criterion("saddress", source.address));
        if (source.hasPort()) {
            out.add(new Criterion("sport", Integer.toString(source.port)));
        }
        out.add(new Criterion("daddress", destination.address));
        if (destination.hasPort()) {
            out.add(new Criterion("dport", Integer.toString(destination.port)));
        }
        protocol.ifPresent(p -> out.add(new Criterion("protocol", Integer.toString(p))));
        return out;
    }
}
