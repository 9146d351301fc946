package dev.rearview.wire;

import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Domain.Released;
import java.nio.ByteBuffer;
import java.util.List;

/// Decodes the sets that NetFlow v9 and IPFIX share: templates, options templates and data.
public final class SetDecoder {
    private static final int MAX_FIELDS = 2048;
    private static final int MAX_NESTING = 2;

    private final Elements elements = new Elements();
    private final FlowMapper mapper;
    private final boolean netflow9;

    /// @param netflow9 whether scopes and headers are NetFlow v9's
    public SetDecoder(ProbeOptions options, boolean netflow9) {
        this.mapper = new FlowMapper(options);
        this.netflow9 = netflow9;
    }

    /// How far the sets of a message could be read.
    public enum Outcome {
        /// To the end.
        WHOLE,
        /// To the end, but some data waits for its template.
        WAITING,
        /// Up to a set that does not fit its message.
        BROKEN
    }

    /// Reads all sets of a message.
    public Outcome sets(
            Cursor in,
            Domain domain,
            FlowMapper.Context context,
            Counters counters,
            FlowConsumer out) {
        // Templates, and options templates after them, are sets 0 and 1, or 2 and 3 in IPFIX.
        int templates = netflow9 ? 0 : 2;
        Outcome outcome = Outcome.WHOLE;
        while (in.has(4)) {
            int id = in.u16();
            int length = in.u16();
            if (length < 4 || !in.has(length - 4)) {
                counters.drop(Drop.MALFORMED, 1);
                return Outcome.BROKEN;
            }
            Cursor set = in.take(length - 4);
            try {
                if (id == templates || id == templates + 1) {
                    templates(set, id != templates, domain, context, counters, out);
                } else if (id >= 256) {
                    if (domain.template(id) == null) {
                        outcome = Outcome.WAITING;
                    }
                    dataOrWait(set, id, domain, context, counters, out);
                }
            } catch (IndexOutOfBoundsException e) {
                counters.drop(Drop.MALFORMED, 1);
            }
        }
        return outcome;
    }

    /// Reads the templates of one set; data that waited for them is decoded.
    private void templates(
            Cursor in,
            boolean options,
            Domain domain,
            FlowMapper.Context context,
            Counters counters,
            FlowConsumer out) {
        while (in.has(4)) {
            int id = in.u16();
            if (id == 0 && netflow9) {
                return;
            }
            int count = in.u16();
            if (!netflow9 && count == 0) {
                withdraw(id, domain);
                continue;
            }
            if (id < 256) {
                counters.drop(Drop.MALFORMED, 1);
                return;
            }
            int scopes = 0;
            if (options && netflow9) {
                // NetFlow v9 gives octets: of the scope fields, then of the options.
                int optionLength = in.u16();
                if (count % 4 != 0 || optionLength % 4 != 0) {
                    counters.drop(Drop.MALFORMED, 1);
                    return;
                }
                scopes = count / 4;
                count = scopes + optionLength / 4;
            } else if (options) {
                scopes = in.u16();
            }
            if (count > MAX_FIELDS || scopes > count || !in.has(count * 4)) {
                counters.drop(Drop.MALFORMED, 1);
                return;
            }
            Template t = fields(in, id, count, scopes, options);
            List<Released> released = domain.define(t, context.exportUs(), counters);
            for (Released r : released) {
                data(new Cursor(ByteBuffer.wrap(r.data())), t, domain, r.context(), counters, out);
            }
        }
    }

    private static void withdraw(int id, Domain domain) {
        if (id == 2 || id == 3) {
            domain.withdrawAll(id == 3);
        } else {
            domain.withdraw(id);
        }
    }

    private Template fields(Cursor in, int id, int count, int scopes, boolean options) {
        int[][] fields = new int[count][];
        for (int i = 0; i < count; i++) {
            int element = in.u16();
            int length = in.u16();
            int enterprise = 0;
            if (!netflow9 && (element & 0x8000) != 0) {
                enterprise = in.i32();
                element &= 0x7FFF;
            }
            boolean scope = netflow9 && i < scopes;
            // Scope types of NetFlow v9 are no elements; number 2 is an interface.
            int shown = scope ? (element == 2 ? 10 : 0) : element;
            fields[i] = new int[] {enterprise, shown, length};
        }
        return Template.of(id, scopes, options, fields);
    }

    /// Reads a data set, or keeps it until its template comes.
    private void dataOrWait(
            Cursor in,
            int templateId,
            Domain domain,
            FlowMapper.Context context,
            Counters counters,
            FlowConsumer out) {
        Template t = domain.template(templateId);
        if (t == null) {
            domain.await(templateId, in.rest(), context, context.exportUs(), counters);
            return;
        }
        data(in, t, domain, context, counters, out);
    }

    private void data(
            Cursor in,
            Template t,
            Domain domain,
            FlowMapper.Context context,
            Counters counters,
            FlowConsumer out) {
        if (t.minimum() == 0) {
            counters.drop(Drop.MALFORMED, 1);
            return;
        }
        while (in.remaining() >= t.minimum()) {
            elements.begin(t);
            if (!record(in, t, domain, counters, 0)) {
                counters.drop(Drop.MALFORMED, 1);
                return;
            }
            if (t.isOptions()) {
                counters.add(Total.OPTION_RECORDS, 1);
                domain.options(elements, elements.has(10), elements.get(10));
            } else {
                counters.add(Total.RECORDS, 1);
                FlowMapper.Context own =
                        new FlowMapper.Context(
                                context.exportUs(),
                                context.bootUs() < 0 ? domain.bootUs() : context.bootUs(),
                                domain.samplingOf(elements),
                                context.netflow9());
                mapper.map(elements, own, counters, out);
            }
        }
    }

    /// Reads one record into the elements; false if it is longer than its set.
    private boolean record(Cursor in, Template t, Domain domain, Counters counters, int depth) {
        int[] slots = t.slots();
        int[] lengths = t.lengths();
        int unknown = 0;
        for (int i = 0; i < slots.length; i++) {
            int length = lengths[i];
            // NetFlow v9 has no variable length, but H3C exporters encode names as IPFIX does.
            if (length == Template.VARIABLE) {
                if (!in.has(1)) {
                    return false;
                }
                length = in.u8();
                if (length == 255) {
                    if (!in.has(2)) {
                        return false;
                    }
                    length = in.u16();
                }
            }
            if (!in.has(length)) {
                return false;
            }
            if (t.ids()[i] == Template.SUB_TEMPLATE_MULTI_LIST && depth < MAX_NESTING) {
                nested(in.take(length), domain, counters, depth + 1);
            } else if (length > 0 && elements.takes(slots[i], depth > 0)) {
                elements.read(slots[i], in, length);
            } else {
                in.skip(length);
                unknown++;
            }
        }
        counters.add(Total.UNKNOWN_ELEMENTS, unknown);
        return true;
    }

    /// Reads what a subTemplateMultiList (RFC 6313) adds to its record: YAF keeps TCP flags there.
    private void nested(Cursor in, Domain domain, Counters counters, int depth) {
        if (!in.has(1)) {
            return;
        }
        in.skip(1);
        while (in.has(4)) {
            int id = in.u16();
            int length = in.u16() - 4;
            if (!in.has(length)) {
                return;
            }
            Cursor part = in.take(length);
            Template t = domain.template(id);
            if (t != null && part.remaining() >= t.minimum() && t.minimum() > 0) {
                record(part, t, domain, counters, depth);
            }
        }
    }
}
