package dev.rearview.wire;

import dev.rearview.wire.Counters.UnknownElement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sets of templates that one exporter has sent more than once, with what their octets say: many
/// exporters repeat their templates in every message.
///
/// What octets say depends on nothing else, so that whoever announces it does as if it had been
/// read again, whatever was withdrawn, replaced or forgotten since. What is kept is charged to the
/// exporter while there is room that nobody needs, and goes first where there is none. Never saved.
final class RepeatedSets {
    /// Sets of one exporter.
    static final int MAX_SETS = 32;

    /// Their estimated octets.
    static final int MAX_OCTETS = 64 << 10;

    /// Estimated octets of a set beside its own and its templates.
    static final int SET_OCTETS = 240;

    private static final int UNKNOWN_OCTETS = 32;

    private final Exporter owner;
    // The most recently announced first.
    private final List<Repeated> sets = new ArrayList<>(1);
    private long octets;

    RepeatedSets(Exporter owner) {
        this.owner = owner;
    }

    /// What kind of set it is.
    ///
    /// @param netflow9 whether it is NetFlow v9's, not IPFIX's
    /// @param options whether its templates are those of options
    record Kind(boolean netflow9, boolean options) {}

    /// A set that came more than once.
    static final class Repeated {
        private final Kind kind;
        private final ByteBuffer bytes;
        private final List<Template> templates;
        private final List<UnknownElement> unknown;
        private final long octets;
        private long announcedMs;

        private Repeated(Kind kind, ByteBuffer bytes, Draft said) {
            this.kind = kind;
            this.bytes = bytes;
            this.templates = List.copyOf(said.templates);
            this.unknown = List.copyOf(said.unknown);
            // Templates may be forgotten elsewhere, and are counted here, too.
            long all = SET_OCTETS + bytes.remaining() + (long) UNKNOWN_OCTETS * unknown.size();
            for (Template t : templates) {
                all += Long.BYTES + t.octets();
            }
            this.octets = all;
        }

        /// Its templates, in their order.
        List<Template> templates() {
            return templates;
        }

        /// The elements of its data templates that no flow field needs.
        List<UnknownElement> unknown() {
            return unknown;
        }
    }

    /// What has been read of a set so far.
    static final class Draft {
        private final List<Template> templates = new ArrayList<>(2);
        private final List<UnknownElement> unknown = new ArrayList<>(0);
        private boolean doesMore;

        /// Takes the next template.
        ///
        /// @param own what its port announced for the same number before, or null
        void add(Template t, @Nullable Template own) {
            if (t.equals(own)) {
                templates.add(own);
            } else {
                doesMore = true;
            }
        }

        /// Says that it does more than announce what is known.
        void spoil() {
            doesMore = true;
        }

        /// Takes an element that no flow field needs.
        void unknown(int enterprise, int element) {
            unknown.add(new UnknownElement(Integer.toUnsignedLong(enterprise), element));
        }

        List<UnknownElement> unknown() {
            return unknown;
        }

        /// Whether it announces what was known before, and nothing else.
        boolean isKnown() {
            return !doesMore && !templates.isEmpty();
        }
    }

    /// Estimated octets of all, as they are charged.
    long octets() {
        return octets;
    }

    int size() {
        return sets.size();
    }

    /// The set of just these octets; null if it is not kept. To be called where its templates are
    /// going to be announced.
    @Nullable Repeated find(Kind kind, Cursor set, long nowMs) {
        if (sets.isEmpty()) {
            return null;
        }
        ByteBuffer bytes = set.view();
        for (int i = 0; i < sets.size(); i++) {
            Repeated r = sets.get(i);
            if (r.bytes.equals(bytes) && r.kind.equals(kind)) {
                r.announcedMs = nowMs;
                if (i > 0) {
                    sets.add(0, sets.remove(i));
                }
                return r;
            }
        }
        return null;
    }

    /// Keeps a set if there is room; the ones longest not announced make room.
    ///
    /// @param set from its first template on
    /// @param said what was read of it, which was known before
    void keep(Kind kind, Cursor set, Draft said, long nowMs) {
        if (set.remaining() > MAX_OCTETS) {
            return;
        }
        Repeated r = new Repeated(kind, ByteBuffer.wrap(set.rest()), said);
        if (r.octets > MAX_OCTETS) {
            return;
        }
        while (sets.size() >= MAX_SETS || octets + r.octets > MAX_OCTETS) {
            removeLast();
        }
        if (owner.reserveIdle(r.octets)) {
            r.announcedMs = nowMs;
            sets.add(0, r);
            octets += r.octets;
        }
    }

    /// Forgets what was not announced for more than `ageMs`.
    void expire(long nowMs, long ageMs) {
        while (!sets.isEmpty() && nowMs - sets.getLast().announcedMs > ageMs) {
            removeLast();
        }
    }

    /// Forgets all.
    void clear() {
        while (!sets.isEmpty()) {
            removeLast();
        }
    }

    private void removeLast() {
        Repeated r = sets.removeLast();
        octets -= r.octets;
        owner.release(r.octets);
    }
}
