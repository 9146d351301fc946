package dev.rearview.meter;

import dev.rearview.meter.application.Applications;
import dev.rearview.meter.application.Rtp;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.PacketHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Makes flows of packets, which come in the order in which they were seen. Time is what packets
/// say: nothing happens between them.
public final class FlowMeter {
    /// Times that packets may have: those that pcap can say.
    private static final long MAX_TIME_US = 0x1_0000_0000L * 1_000_000 - 1;

    /// Payloads of a flow that its application is looked for in.
    private static final int MAX_LOOKS = 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final MeterOptions options;
    private final MeteredFlows out;
    private final FlowTable table;
    private final FragmentPorts fragments = new FragmentPorts();
    private final Packet packet = new Packet();
    private final MeteredFlow metered = new MeteredFlow();
    private final MeterCounts counts = new MeterCounts();
    private final int room;
    private long nowUs;

    public FlowMeter(MeterOptions options, MeteredFlows out) {
        this.options = options;
        this.out = out;
        this.table = new FlowTable(options.isBiflow());
        this.room = options.room();
    }

    public MeterCounts counts() {
        return counts;
    }

    /// Flows that go on.
    public int flows() {
        return table.size();
    }

    /// Fragments that wait for the first of their datagram.
    public int waitingFragments() {
        return fragments.waiting();
    }

    /// Takes a packet.
    ///
    /// @param link link type, as in captures
    /// @param timeUs when it was seen, microseconds since 1970
    public void packet(ByteBuffer octets, int link, long timeUs) throws IOException {
        counts.packets++;
        long us = timeUs;
        if (us < 0 || us > MAX_TIME_US) {
            counts.impossibleTimes++;
            us = nowUs;
        }
        nowUs = Math.max(nowUs, us);
        endIdle();
        if (!PacketHeader.isKnown(link)) {
            counts.unknownLinks++;
        } else if (!packet.read(octets, link, us, options.entersTunnels())) {
            counts.notIp++;
        } else if (!options.takes(packet.record().isIpv6())) {
            counts.otherFamily++;
        } else if (!packet.header().isFragment()) {
            take(packet);
        } else if (options.leavesOutFragments()) {
            counts.fragmentsLeftOut++;
        } else {
            fragment();
        }
        takeStrays();
    }

    /// Ends all flows: no packet follows.
    public void end() throws IOException {
        fragments.end();
        takeStrays();
        for (Flow f = table.oldest(); f != null; f = table.oldest()) {
            end(f, EndReason.FORCED);
        }
    }

    private void endIdle() throws IOException {
        for (Flow f = table.oldest(); f != null && isIdle(f, nowUs); f = table.oldest()) {
            end(f, EndReason.IDLE);
        }
    }

    private boolean isIdle(Flow f, long us) {
        return us - f.endUs() > options.idleUs();
    }

    private void fragment() throws IOException {
        if (packet.header().fragmentOffset() > 0) {
            if (fragments.follow(packet)) {
                counts.fragments++;
                take(packet);
            }
            return;
        }
        var waited = fragments.begin(packet);
        counts.fragments += 1 + waited.size();
        take(packet);
        for (FragmentPorts.Waiting w : waited) {
            take(w);
        }
    }

    private void takeStrays() throws IOException {
        for (FragmentPorts.Waiting w = fragments.stray(); w != null; w = fragments.stray()) {
            counts.fragments++;
            counts.strayFragments++;
            take(w);
        }
    }

    private void take(FragmentPorts.Waiting w) throws IOException {
        packet.restore(w.record(), w.vlan(), w.payload());
        take(packet);
    }

    private void take(Packet p) throws IOException {
        counts.metered++;
        counts.inTunnels += p.isInTunnel() ? 1 : 0;
        FlowRecord r = p.record();
        int vlan = options.keysVlan() ? p.vlan() : 0;
        long hash = table.hash(r, vlan);
        Flow f = table.find(r, vlan, hash);
        boolean continues = false;
        if (f != null && isIdle(f, r.stime)) {
            end(f, EndReason.IDLE);
            f = null;
        } else if (f != null && r.stime - f.startUs() > options.activeUs()) {
            f.cut();
            end(f, EndReason.ACTIVE);
            f = null;
            continues = true;
        }
        if (f == null) {
            f = begin(p, vlan, hash);
            if (continues) {
                f.continues();
            }
        }
        boolean isForward = FlowTable.isForward(f, r);
        f.add(p, isForward);
        table.touch(f);
        look(f, p, isForward);
        if (options.idleUs() == 0) {
            end(f, EndReason.IDLE);
        } else if (options.seesEnds() && f.isEndedBy(p)) {
            end(f, EndReason.END);
        }
    }

    private Flow begin(Packet p, int vlan, long hash) throws IOException {
        while (table.size() >= room) {
            @Nullable Flow longest = table.oldest();
            if (longest == null) {
                break;
            }
            counts.pushedOut++;
            end(longest, EndReason.RESOURCES);
        }
        Flow f = new Flow(p, vlan, hash);
        table.add(f);
        return f;
    }

    private void look(Flow f, Packet p, boolean isForward) {
        boolean isWanted = options.labels() && f.application == 0 && f.looks < MAX_LOOKS;
        ByteBuffer payload = isWanted ? p.payload() : NOTHING;
        if (!payload.hasRemaining()) {
            return;
        }
        f.looks++;
        f.application = Applications.ofPayload(payload, p.record());
        if (f.application == 0 && f.protocol == Protocols.UDP) {
            long mark = Rtp.mark(payload);
            f.application = Rtp.follows(mark, f.mark(isForward, mark)) ? Rtp.label() : 0;
        }
    }

    private void end(Flow f, EndReason why) throws IOException {
        table.remove(f);
        if (options.labels() && f.application == 0 && !f.hasPayload()) {
            f.application = Applications.ofPorts(f.protocol, f.sport(), f.dport());
        }
        counts.flows++;
        metered.set(f, why);
        out.flow(metered);
    }
}
