package dev.rearview.tools.nfdump;

import dev.rearview.model.Field;
import java.util.ArrayList;
import java.util.List;

/// A statistic that is asked for with `-s`.
///
/// @param element what it is of; `record` for whole connections
/// @param byProtocol whether protocols are told apart
/// @param orders one table for each
record Statistic(Element element, boolean byProtocol, List<Order> orders) {
    /// What flows can be counted by.
    ///
    /// @param fields each of which is counted by; none for whole connections
    record Element(String name, String title, List<Field> fields) {
        boolean isRecord() {
            return fields.isEmpty();
        }

        boolean isAddress() {
            return !fields.isEmpty() && fields.getFirst().isAddress();
        }
    }

    private static final List<Element> ELEMENTS =
            List.of(
                    new Element("record", "flows", List.of()),
                    new Element("srcip", "Src IP Addr", List.of(Field.SIP)),
                    new Element("dstip", "Dst IP Addr", List.of(Field.DIP)),
                    new Element("ip", "IP Addr", List.of(Field.SIP, Field.DIP)),
                    new Element("nhip", "Nexthop IP", List.of(Field.NHIP)),
                    new Element("srcport", "Src Port", List.of(Field.SPORT)),
                    new Element("dstport", "Dst Port", List.of(Field.DPORT)),
                    new Element("port", "Port", List.of(Field.SPORT, Field.DPORT)),
                    new Element("tos", "Tos", List.of(Field.MEMO)),
                    new Element("srctos", "Tos", List.of(Field.MEMO)),
                    new Element("inif", "Input If", List.of(Field.INPUT)),
                    new Element("outif", "Output If", List.of(Field.OUTPUT)),
                    new Element("if", "In/Out If", List.of(Field.INPUT, Field.OUTPUT)),
                    new Element("proto", "Protocol", List.of(Field.PROTOCOL)));

    /// `ELEMENT[:p][/ORDER]...`.
    ///
    /// @throws IllegalArgumentException if it is none
    static Statistic parse(String text) {
        String[] parts = text.split("/", -1);
        String name = parts[0];
        boolean byProtocol = name.endsWith(":p");
        Element element = element(byProtocol ? name.substring(0, name.length() - 2) : name);
        List<Order> orders = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            Order order = Order.parse(parts[i]);
            if (order.compareTo(Order.BPP) > 0) {
                throw new IllegalArgumentException("no order '" + parts[i] + "' of a statistic");
            }
            orders.add(order);
        }
        return new Statistic(element, byProtocol, orders.isEmpty() ? List.of(Order.FLOWS) : orders);
    }

    /// Names of all statistics.
    static List<String> names() {
        return ELEMENTS.stream().map(Element::name).toList();
    }

    private static Element element(String name) {
        for (Element e : ELEMENTS) {
            if (e.name.equals(name)) {
                return e;
            }
        }
        throw AbsentElements.unknown("statistic", name);
    }

    /// What flows are put together by, once for each field.
    List<Grouped> groups() {
        List<Grouped> out = new ArrayList<>();
        for (Field field : element.fields) {
            List<Field> keys = new ArrayList<>();
            keys.add(field);
            if (byProtocol && field != Field.PROTOCOL) {
                keys.add(Field.PROTOCOL);
            }
            out.add(new Grouped(keys));
        }
        return out;
    }

    /// Whether lines tell the protocol.
    boolean showsProtocol() {
        return byProtocol || element.fields.contains(Field.PROTOCOL);
    }
}
