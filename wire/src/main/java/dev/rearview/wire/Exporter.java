package dev.rearview.wire;

import dev.rearview.wire.SequenceTracker.LossWindow;
import dev.rearview.wire.WaitingSets.Waiting;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that one address, or one session, has announced: domains with their templates, sampling
/// rates and sequence numbers, and data that waits for its template.
///
/// It charges what it holds to a budget. One exporter holds at most a share of it; beyond that, its
/// template that was least recently announced or used makes room, which is counted as
/// [Drop#TABLE_FULL]. Used by one thread.
public final class Exporter {
    private static final int STATE_VERSION = 2;

    // Least octets of what is written.
    private static final int DOMAIN_SAVED = 8 * Integer.BYTES;
    private static final int TEMPLATE_SAVED = 3 * Integer.BYTES;
    private static final int SET_SAVED = 6 * Long.BYTES;

    private final StateBudget budget;
    private final TemplateSlot.Order order = new TemplateSlot.Order();
    // In the order of their use; made when used, as many senders never announce anything.
    private @Nullable LinkedHashMap<Domain.Key, Domain> domains;
    private @Nullable WaitingSets waiting;
    private @Nullable RepeatedSets repeated;
    private @Nullable Later later;
    private List<Late> late = List.of();
    private @Nullable ConnectionTotals connections;
    private final LossWindow lossWindow = new LossWindow();
    private long octets;
    private long uses;
    private boolean proven;

    /// Knows what its exporter is going to announce: where messages are decoded that were all
    /// received before.
    public interface Later {
        /// The template that a number means in data for which none was known when it came.
        ///
        /// @param protocol version of NetFlow or IPFIX
        /// @param domain number of the domain, source or engine
        /// @param receivedUs when the data came, microseconds since 1970
        /// @return null if none is announced afterwards
        @Nullable Template after(int protocol, long domain, int templateId, long receivedUs);
    }

    /// Data that would be given up, with the template that was announced for it later.
    public static final class Late {
        private final Waiting waiting;
        private final Template template;

        private Late(Waiting waiting, Template template) {
            this.waiting = waiting;
            this.template = template;
        }

        Waiting waiting() {
            return waiting;
        }

        Template template() {
            return template;
        }

        /// Whether it is NetFlow v9's, not IPFIX's.
        public boolean isNetFlow9() {
            return waiting.context().netflow9();
        }

        /// When it came, microseconds since 1970.
        public long receivedUs() {
            return waiting.context().receivedUs();
        }
    }

    public Exporter(StateBudget budget) {
        this.budget = budget;
    }

    /// Whether a data record of it was decoded once.
    public boolean isProven() {
        return proven;
    }

    /// Takes note that a data record was decoded.
    public void prove() {
        proven = true;
    }

    /// Estimated octets that it holds now.
    public long octets() {
        return octets;
    }

    /// Data sets that wait for their template.
    public int waitingCount() {
        return waiting == null ? 0 : waiting.size();
    }

    /// The domain of a protocol's number, made when it is new; null, and counted, when there is no
    /// room.
    public @Nullable Domain domain(int protocol, long number, long nowMs, Counters counters) {
        Domain.Key key = new Domain.Key(protocol, number);
        LinkedHashMap<Domain.Key, Domain> known = domains;
        if (known == null) {
            known = new LinkedHashMap<>(2, 0.75f, true);
            domains = known;
        }
        Domain d = known.get(key);
        if (d == null) {
            if (!reserve(Domain.DOMAIN_OCTETS, null, counters)) {
                counters.drop(Drop.TABLE_FULL, 1);
                return null;
            }
            d = new Domain(this, key);
            known.put(key, d);
        }
        d.use(++uses);
        d.heard(nowMs);
        return d;
    }

    /// Forgets templates that were last announced too long ago, and gives up data that has waited
    /// too long.
    ///
    /// @param nowMs a clock that nobody sets
    /// @param templateAgeMs [Long#MAX_VALUE] where templates live as long as their session
    public void expire(long nowMs, long templateAgeMs, Counters counters) {
        expireWaiting(nowMs, counters);
        if (repeated != null) {
            repeated.expire(nowMs, templateAgeMs);
        }
        if (domains == null) {
            return;
        }
        domains.values()
                .removeIf(d -> {
                    d.expire(nowMs, templateAgeMs);
                    boolean idle = d.isIdle(nowMs, templateAgeMs);
                    if (idle) {
                        d.clear();
                        release(Domain.DOMAIN_OCTETS);
                    }
                    return idle;
                });
    }

    /// Gives up what waits, which is counted.
    public void giveUp(Counters counters) {
        while (giveUpOldest(counters)) {
            // Each is counted by itself.
        }
        waiting = null;
    }

    /// Gives up what waits, which is counted, and forgets everything else.
    public void close(Counters counters) {
        giveUp(counters);
        forgetAnnouncements();
        proven = false;
    }

    /// Forgets everything but what waits.
    public void forgetAnnouncements() {
        if (domains != null) {
            for (Domain d : domains.values()) {
                clear(d);
            }
            domains = null;
        }
        if (connections != null) {
            connections.clear();
            connections = null;
        }
        if (repeated != null) {
            repeated.clear();
            repeated = null;
        }
    }

    // Sets that come again -----------------------------------------------------------------------

    /// As [RepeatedSets#find].
    RepeatedSets.@Nullable Repeated repeated(RepeatedSets.Kind kind, Cursor set, long nowMs) {
        return repeated == null ? null : repeated.find(kind, set, nowMs);
    }

    /// As [RepeatedSets#keep].
    void repeat(RepeatedSets.Kind kind, Cursor set, RepeatedSets.Draft said, long nowMs) {
        if (!said.isKnown()) {
            return;
        }
        RepeatedSets known = repeated;
        if (known == null) {
            known = new RepeatedSets(this);
            repeated = known;
        }
        known.keep(kind, set, said, nowMs);
    }

    /// Sets of templates that are kept because they came again.
    int repeatedCount() {
        return repeated == null ? 0 : repeated.size();
    }

    /// What its firewalls tell of connections while they last, watched from now on.
    ConnectionTotals connections(FlowMapper.Context now) {
        ConnectionTotals known = connections;
        if (known == null) {
            known = new ConnectionTotals(this, Math.min(now.exportUs(), now.receivedUs()));
            connections = known;
        }
        return known;
    }

    // State ---------------------------------------------------------------------------------------

    /// Writes what it holds: another process that reads it decodes what comes next as this one
    /// would, and finds missing what was sent in between.
    public void save(StateWriter out) throws IOException {
        out.number(STATE_VERSION);
        out.flag(proven);
        List<Domain> all = domains == null ? List.of() : List.copyOf(domains.values());
        out.number(all.size());
        IdentityHashMap<Domain, Integer> places = new IdentityHashMap<>();
        for (Domain d : all) {
            places.put(d, places.size());
            d.save(out);
        }
        List<TemplateSlot> slots = new ArrayList<>();
        for (TemplateSlot s = order.oldest(); s != null; s = s.newer()) {
            slots.add(s);
        }
        out.number(slots.size());
        for (TemplateSlot s : slots) {
            out.number(places.getOrDefault(s.domain(), -1));
            s.save(out);
        }
        WaitingSets sets = waiting;
        if (sets == null) {
            out.number(0);
        } else {
            sets.save(out);
        }
        ConnectionTotals totals = connections;
        out.flag(totals != null);
        if (totals != null) {
            totals.save(out);
        }
    }

    /// Takes up what [#save] wrote; what has no room here is left out.
    ///
    /// @throws StateReader.Malformed if it wrote something else; what was read is kept until
    ///   [#close]
    public void restore(StateReader in) throws StateReader.Malformed {
        int version = in.number();
        if (version != STATE_VERSION) {
            throw new StateReader.Malformed("state of version " + version);
        }
        // It is all counted already.
        Counters again = new Counters();
        proven = in.flag();
        int n = in.count(DOMAIN_SAVED);
        List<@Nullable Domain> all = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            all.add(Domain.restore(in, this, again));
        }
        int slots = in.count(TEMPLATE_SAVED);
        for (int i = 0; i < slots; i++) {
            int at = in.number();
            if (at < 0 || at >= all.size()) {
                throw new StateReader.Malformed("template of domain " + at);
            }
            Domain d = all.get(at);
            boolean hasRoom = d != null && !d.isForgotten();
            (hasRoom ? d : Domain.ofNobody()).restoreTemplate(in, again);
        }
        int sets = in.count(SET_SAVED);
        for (int i = 0; i < sets; i++) {
            Waiting w = WaitingSets.restore(in, this);
            Domain d = domains == null ? null : domains.get(w.domain());
            if (d != null) {
                await(w, d, w.templateId(), again);
            }
        }
        if (in.flag()) {
            connections = ConnectionTotals.restore(in, this);
        }
    }

    // Data that waits -----------------------------------------------------------------------------

    /// Keeps a data set whose template is not known yet; older ones make room.
    void await(Waiting w, Domain domain, int templateId, Counters counters) {
        int length = w.data().length;
        counters.awaits(domain.number(), templateId, length);
        WaitingSets sets = waiting;
        if (sets == null) {
            sets = new WaitingSets();
            waiting = sets;
        }
        long size = (long) WaitingSets.SET_OCTETS + length;
        long most = Math.min(WaitingSets.MAX_OCTETS, budget.share() / 4);
        while (sets.size() >= WaitingSets.MAX_SETS || sets.octets() + size > most) {
            if (!giveUpOldest(counters)) {
                break;
            }
        }
        if (size > most || !reserve(size, domain, counters)) {
            giveUp(w, counters);
            return;
        }
        sets.add(w);
    }

    /// Takes out the data that waits for a template.
    List<Waiting> release(Domain.Key domain, int templateId) {
        if (waiting == null) {
            return List.of();
        }
        long before = waiting.octets();
        List<Waiting> out = waiting.release(domain, templateId);
        release(before - waiting.octets());
        return out;
    }

    private boolean giveUpOldest(Counters counters) {
        Waiting w = takeOldest();
        if (w != null) {
            giveUp(w, counters);
        }
        return w != null;
    }

    private @Nullable Waiting takeOldest() {
        if (waiting == null) {
            return null;
        }
        long before = waiting.octets();
        Waiting w = waiting.takeOldest();
        release(before - waiting.octets());
        return w;
    }

    /// Gives a set up, unless its template is known to come.
    private void giveUp(Waiting w, Counters counters) {
        Later known = later;
        Template t =
                known == null
                        ? null
                        : known.after(
                                w.domain().protocol(),
                                w.domain().number(),
                                w.templateId(),
                                w.context().receivedUs());
        if (t == null) {
            counters.gaveUp(w.domain().number(), w.templateId(), w.data().length);
            return;
        }
        if (late.isEmpty()) {
            late = new ArrayList<>();
        }
        late.add(new Late(w, t));
    }

    private void expireWaiting(long nowMs, Counters counters) {
        while (waiting != null && waiting.isOverdue(nowMs) && giveUpOldest(counters)) {
            // Each is counted by itself.
        }
    }

    // Templates that come late --------------------------------------------------------------------

    /// Has data whose template comes late kept for [#takeLate] in place of being given up.
    public void expect(Later announcements) {
        later = announcements;
    }

    /// Takes out the data that would have been given up since the last call, oldest first. It is no
    /// longer charged: to be called after each message.
    public List<Late> takeLate() {
        List<Late> out = late;
        late = List.of();
        return out;
    }

    /// Waits for what another object of the same exporter waits for, in the place of what this one
    /// does; that no longer waits for anything.
    public void takeWaiting(Exporter before, Counters counters) {
        while (takeOldest() != null) {
            // It was counted when it began to wait, and is what the other one has.
        }
        // So is what had no room when it was restored.
        late = List.of();
        for (Waiting w = before.takeOldest(); w != null; w = before.takeOldest()) {
            Waiting own = w.of(this);
            long nowMs = own.sinceMs();
            Domain d = domain(w.domain().protocol(), w.domain().number(), nowMs, counters);
            if (d == null) {
                giveUp(own, counters);
            } else {
                await(own, d, w.templateId(), counters);
            }
        }
    }

    // Room ----------------------------------------------------------------------------------------

    /// Charges octets, for which what was used least recently makes room.
    ///
    /// @param keep a domain that must stay
    /// @return false, and nothing is charged, if there is no room
    boolean reserve(long n, @Nullable Domain keep, Counters counters) {
        while (octets + n > budget.share() || budget.refuses(n)) {
            if (!shed(keep, counters)) {
                return false;
            }
        }
        octets += n;
        budget.charge(n);
        return true;
    }

    /// As [#reserveSpare], for what saves work alone: nor is anybody else to make room for it.
    boolean reserveIdle(long n) {
        return budget.hasHalf(n) && reserveSpare(n);
    }

    /// Charges octets if half of the share has room for them: nothing makes room.
    ///
    /// @return false, and nothing is charged, if there is none
    boolean reserveSpare(long n) {
        if (octets + n > budget.share() / 2 || budget.refuses(n)) {
            return false;
        }
        octets += n;
        budget.charge(n);
        return true;
    }

    void release(long n) {
        octets -= n;
        budget.release(n);
    }

    private boolean shed(@Nullable Domain keep, Counters counters) {
        if (repeated != null && repeated.octets() > 0) {
            // Nothing is lost with them.
            repeated.clear();
            return true;
        }
        TemplateSlot template = order.oldest();
        Domain domain = oldestDomain(keep);
        if (template != null && (domain == null || template.usedAt() <= domain.usedAt())) {
            template.domain().forget(template);
        } else if (domain != null) {
            // Its templates were used no later than itself: it has none left.
            forget(domain);
        } else {
            return giveUpOldest(counters);
        }
        counters.drop(Drop.TABLE_FULL, 1);
        return true;
    }

    private @Nullable Domain oldestDomain(@Nullable Domain keep) {
        if (domains == null || domains.isEmpty()) {
            return null;
        }
        Domain oldest = domains.firstEntry().getValue();
        return oldest == keep ? null : oldest;
    }

    /// Releases a domain and all that it holds.
    private void clear(Domain domain) {
        domain.clear();
        release(Domain.DOMAIN_OCTETS);
    }

    private void forget(Domain domain) {
        clear(domain);
        if (domains != null) {
            domains.remove(domain.key());
        }
    }

    LossWindow lossWindow() {
        return lossWindow;
    }

    // Order of use --------------------------------------------------------------------------------

    void touch(TemplateSlot slot) {
        order.touch(slot, ++uses);
        // A domain is never older than its templates.
        slot.domain().use(uses);
    }

    void unlink(TemplateSlot slot) {
        order.unlink(slot);
    }
}
