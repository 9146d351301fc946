package dev.rearview.engine.contacts;

import dev.rearview.engine.contacts.Contact.Service;
import dev.rearview.model.Ip;
import dev.rearview.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The flows of one contact as they come.
final class ContactSums {
    private static final int PROTOCOL = 32;
    private static final int PORT_MASK = 0xFFFF;

    final Ip to;
    private long flows;
    private long packets;
    private long bytes;
    private long firstUs = Long.MAX_VALUE;
    private long lastUs = Long.MIN_VALUE;
    private int kinds;
    private final TreeSet<Long> services = new TreeSet<>();
    private boolean hasMore;

    ContactSums(Ip to) {
        this.to = to;
    }

    /// Adds a row of [HopFlows].
    void add(long[] row) {
        flows += row[HopFlows.FLOWS];
        packets += row[HopFlows.PACKETS];
        bytes += row[HopFlows.BYTES];
        firstUs = Math.min(firstUs, row[HopFlows.START] ^ Long.MIN_VALUE);
        lastUs = Math.max(lastUs, row[HopFlows.END] ^ Long.MIN_VALUE);
        int kind = (int) row[HopFlows.KIND];
        kinds |= kind;
        service(row[HopFlows.CONVERSATION], kind);
    }

    private void service(long conversation, int kind) {
        long port = -1;
        if ((kind & HopFlows.PORTS) != 0) {
            // Its own port where it is the server for certain, else that of the other host.
            boolean own = (kind & HopFlows.CLIENT) == 0;
            port = (own ? conversation >>> 16 : conversation) & PORT_MASK;
        }
        services.add(conversation >>> PROTOCOL << PROTOCOL | port + 1);
        if (services.size() > Contact.MAX_SERVICES) {
            services.pollLast();
            hasMore = true;
        }
    }

    boolean isEmpty() {
        return flows == 0;
    }

    long firstUs() {
        return firstUs;
    }

    Contact contact(Reached from) {
        List<Service> named = new ArrayList<>();
        for (long s : services) {
            named.add(new Service((int) (s >>> PROTOCOL), (int) s - 1));
        }
        return new Contact(
                from,
                to,
                new Contact.Span(firstUs, lastUs),
                new Volume(flows, packets, bytes),
                new Contact.Talk(
                        (kinds & HopFlows.CLIENT) != 0,
                        (kinds & HopFlows.SERVER) != 0,
                        named,
                        hasMore));
    }
}
