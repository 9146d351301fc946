package dev.rearview.wire;

import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What one template number of one domain means, with its place in the order of use.
final class TemplateSlot {
    /// Estimated octets beside its templates.
    static final int SLOT_OCTETS = 160;

    private final Domain domain;
    private final int id;
    private final ByPort<Template> variants = new ByPort<>();
    private long octets = SLOT_OCTETS;
    private boolean options;

    // Kept by the Order.
    private long usedAt;
    private @Nullable TemplateSlot older;
    private @Nullable TemplateSlot newer;

    TemplateSlot(Domain domain, int id) {
        this.domain = domain;
        this.id = id;
    }

    Domain domain() {
        return domain;
    }

    int id() {
        return id;
    }

    ByPort<Template> variants() {
        return variants;
    }

    boolean isOptions() {
        return options;
    }

    /// Takes an announcement; another port's that is the same is shared.
    void put(int port, Template t, long nowMs) {
        Template known = variants.equal(t);
        variants.put(port, known != null ? known : t, nowMs);
        options = t.isOptions();
        measure();
    }

    /// Takes an announcement of what the port announced before, of the same kind as the last one.
    void repeat(int port, Template own, long nowMs) {
        variants.put(port, own, nowMs);
    }

    /// Counts anew what it holds.
    void measure() {
        octets = SLOT_OCTETS + (long) variants.size() * ByPort.PORT_OCTETS;
        variants.forEachDistinct(t -> octets += t.octets());
    }

    long octets() {
        return octets;
    }

    /// When it was used last, in the exporter's own count of uses.
    long usedAt() {
        return usedAt;
    }

    /// Writes what [Domain#restoreTemplate] reads.
    void save(StateWriter out) throws IOException {
        out.number(id);
        variants.save(out, t -> t.save(out));
    }

    /// The one that was announced or used next, or null.
    @Nullable TemplateSlot newer() {
        return newer;
    }

    /// The order in which an exporter's templates were last announced or used.
    static final class Order {
        private @Nullable TemplateSlot oldest;
        private @Nullable TemplateSlot newest;

        @Nullable TemplateSlot oldest() {
            return oldest;
        }

        /// Makes a slot, new or known, the newest.
        void touch(TemplateSlot slot, long at) {
            slot.usedAt = at;
            if (newest == slot) {
                return;
            }
            unlink(slot);
            slot.older = newest;
            if (newest != null) {
                newest.newer = slot;
            } else {
                oldest = slot;
            }
            newest = slot;
        }

        void unlink(TemplateSlot slot) {
            if (slot.older != null) {
                slot.older.newer = slot.newer;
            } else if (oldest == slot) {
                oldest = slot.newer;
            }
            if (slot.newer != null) {
                slot.newer.older = slot.older;
            } else if (newest == slot) {
                newest = slot.older;
            }
            slot.older = null;
            slot.newer = null;
        }
    }
}
