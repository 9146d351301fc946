package dev.rearview.meter;

import dev.rearview.model.AddressPair;
import dev.rearview.model.FlowRecord;
import dev.rearview.wire.PacketHeader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which ports the fragments of a datagram have: only the first of them says. Fragments that come
/// before it wait for it.
final class FragmentPorts {
    /// Datagrams that are remembered, and fragments that wait; the oldest makes room.
    static final int MAX_DATAGRAMS = 4096;

    static final int MAX_WAITING = 4096;

    /// How long a datagram may take, microseconds: identifications come again.
    static final long WAIT_US = 30_000_000;

    private record Key(AddressPair addresses, int protocol, int id, int vlan) {}

    private static final class Datagram {
        final long us;
        boolean isKnown;
        int sport;
        int dport;
        final Deque<Waiting> waiting = new ArrayDeque<>();

        Datagram(long us) {
            this.us = us;
        }
    }

    /// A fragment that waits.
    ///
    /// @param payload octets that it carries
    record Waiting(FlowRecord record, int vlan, int payload) {}

    private final Map<Key, Datagram> datagrams = new LinkedHashMap<>();

    /// Fragments that will not learn their ports.
    private final Deque<Waiting> strays = new ArrayDeque<>();

    private int waiting;

    int waiting() {
        return waiting;
    }

    /// What waited in vain, one after the other; null if there is none.
    @Nullable Waiting stray() {
        return strays.poll();
    }

    /// Takes a fragment that begins its datagram.
    ///
    /// @return what waited for it
    Deque<Waiting> begin(Packet packet) {
        Datagram d = of(packet);
        d.isKnown = true;
        d.sport = packet.record().sport;
        d.dport = packet.record().dport;
        Deque<Waiting> out = new ArrayDeque<>(d.waiting);
        waiting -= out.size();
        d.waiting.clear();
        for (Waiting w : out) {
            w.record.sport = d.sport;
            w.record.dport = d.dport;
        }
        return out;
    }

    /// Gives a later fragment the ports of its datagram.
    ///
    /// @return false if they are not known yet: it waits
    boolean follow(Packet packet) {
        Datagram d = of(packet);
        FlowRecord r = packet.record();
        if (d.isKnown) {
            r.sport = d.sport;
            r.dport = d.dport;
            return true;
        }
        FlowRecord copy = new FlowRecord();
        copy.copyFrom(r);
        d.waiting.add(new Waiting(copy, packet.vlan(), packet.payloadLength()));
        waiting++;
        makeRoom();
        return false;
    }

    private Datagram of(Packet packet) {
        FlowRecord r = packet.record();
        PacketHeader h = packet.header();
        r.protocol = h.dataProtocol();
        Key key = new Key(AddressPair.of(r), r.protocol, h.fragmentId(), packet.vlan());
        Datagram d = datagrams.get(key);
        if (d != null && Math.abs(r.stime - d.us) > WAIT_US) {
            giveUp(d);
            datagrams.remove(key);
            d = null;
        }
        if (d == null) {
            d = new Datagram(r.stime);
            datagrams.put(key, d);
            makeRoom();
        }
        return d;
    }

    private void makeRoom() {
        Iterator<Datagram> i = datagrams.values().iterator();
        while (datagrams.size() > MAX_DATAGRAMS || waiting > MAX_WAITING) {
            giveUp(i.next());
            i.remove();
        }
    }

    private void giveUp(Datagram d) {
        waiting -= d.waiting.size();
        strays.addAll(d.waiting);
        d.waiting.clear();
    }

    /// Gives up all that wait.
    void end() {
        datagrams.values().forEach(this::giveUp);
        datagrams.clear();
    }
}
