package dev.rearview.tools.contacts;

import dev.rearview.engine.contacts.Contact;
import dev.rearview.engine.contacts.Contact.Service;
import dev.rearview.model.Protocols;

/// Names of what was talked in a contact.
final class Services {

    private Services() {}

    /// The services of a contact, such as `tcp/445`; `...` where there are more.
    static String text(Contact contact, String separator) {
        StringBuilder out = new StringBuilder();
        for (Service s : contact.talk().services()) {
            out.append(out.isEmpty() ? "" : separator).append(protocol(s.protocol()));
            if (s.port() >= 0) {
                out.append('/').append(s.port());
            }
        }
        return contact.talk().hasMore()
                ? out.append(separator).append("...").toString()
                : out.toString();
    }

    private static String protocol(int number) {
        return switch (number) {
            case Protocols.ICMP -> "icmp";
            case Protocols.TCP -> "tcp";
            case Protocols.UDP -> "udp";
            case Protocols.ICMPV6 -> "icmp6";
            case Protocols.SCTP -> "sctp";
            default -> Integer.toString(number);
        };
    }
}
