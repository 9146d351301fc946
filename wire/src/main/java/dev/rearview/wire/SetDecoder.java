package dev.rearview.wire;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.WaitingSets.Waiting;
import dev.rearview.wire.registry.ElementIds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes the sets that NetFlow v9 and IPFIX share: templates, options templates and data.
///
/// Holds nothing that an exporter announced and serves all of them, on one thread. Its work for a
/// message is bounded by the message's octets and those that waited for its templates: every field
/// that is visited takes an octet, and lists nest to [#MAX_NESTING].
public final class SetDecoder {
    static final int MAX_FIELDS = 2048;

    // Numbers of sets: templates, and options templates right after them.
    private static final int TEMPLATES_V9 = 0;
    private static final int TEMPLATES = 2;
    private static final int OPTION_TEMPLATES = TEMPLATES + 1;

    /// The first number of templates and of the sets of their data.
    public static final int FIRST_TEMPLATE = 256;

    /// Octets of a set's header, and of a field in a template of which nothing else is said.
    private static final int SET_HEADER = 4;

    private static final int FIELD = 4;

    /// The bit of an element's number in IPFIX that says that its enterprise follows.
    private static final int ENTERPRISE_BIT = 0x8000;

    /// The scope of NetFlow v9 that is an interface; scopes are no elements.
    private static final int SCOPE_INTERFACE = 2;

    /// The first octet of a length that does not fit into it.
    private static final int LONG_LENGTH = 255;

    /// Lists within lists that are read; deeper ones are skipped.
    static final int MAX_NESTING = 2;

    /// What flows of a message often have in common.
    private static final int[] OFTEN_SAME = {
        FieldNumbers.NHIP,
        FieldNumbers.INPUT,
        FieldNumbers.OUTPUT,
        FieldNumbers.APPLICATION,
        FieldNumbers.INITIAL_FLAGS,
        FieldNumbers.SESSION_FLAGS,
        FieldNumbers.ATTRIBUTES,
        FieldNumbers.SAMPLING
    };

    private final Elements elements = new Elements();
    private final ProbeOptions options;
    private final FlowMapper mapper;
    private final Log log;
    private final Use use;
    private final boolean netflow9;
    private final RepeatedSets.Kind ofData;
    private final RepeatedSets.Kind ofOptions;
    private final FlatRecord.Rows rows = new FlatRecord.Rows();

    /// Whether nobody wants to know more of records than the flows that they are.
    private final boolean isFlat;

    /// @param netflow9 whether scopes and headers are NetFlow v9's
    /// @param log is told of templates and of what becomes of records
    public SetDecoder(ProbeOptions options, boolean netflow9, Log log) {
        this(options, netflow9, log, null);
    }

    /// One that reads templates alone.
    ///
    /// @param announcements takes them in place of the domains
    public SetDecoder(boolean netflow9, Announcements announcements) {
        this(ProbeOptions.DEFAULT, netflow9, Log.NONE, announcements);
    }

    private SetDecoder(
            ProbeOptions options,
            boolean netflow9,
            Log log,
            @Nullable Announcements announcements) {
        this.options = options;
        this.use = announcements == null ? new ToFlows() : new TemplatesAlone(announcements);
        this.ofData = new RepeatedSets.Kind(netflow9, false);
        this.ofOptions = new RepeatedSets.Kind(netflow9, true);
        this.mapper = new FlowMapper(options, log);
        this.log = log;
        this.netflow9 = netflow9;
        this.isFlat =
                !log.isWanted()
                        && !options.vlanInterfaces()
                        && !options.keepsPlace()
                        && !options.recordAlone();
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

    /// Takes what exporters announce, where nobody wants their data.
    public interface Announcements {
        /// @param protocol version of NetFlow or IPFIX
        /// @param domain number of the domain, source or engine
        void template(int protocol, long domain, Template t);

        /// @param templateId the one that is withdrawn; below [#FIRST_TEMPLATE] all of a kind are
        void withdrawal(int protocol, long domain, int templateId);
    }

    /// Is told what is made of what it reads, for whoever writes that down.
    public interface Log {
        /// For whoever wants to know nothing of it.
        Log NONE =
                new Log() {
                    @Override
                    public boolean isWanted() {
                        return false;
                    }
                };

        /// A field of a template as it was announced.
        ///
        /// @param enterprise number of who defined the element, 0 for IANA
        record AnnouncedField(long enterprise, int element, int length) {}

        /// A template as it was announced.
        ///
        /// @param scopes of its fields, the first so many; above 0 for options alone
        record AnnouncedTemplate(
                long domain, int id, boolean isOptions, int scopes, List<AnnouncedField> fields) {}

        /// Why a data record makes no flow.
        enum Ignored {
            NO_ADDRESS,
            NO_COUNTS,
            /// The same, of a record with NetFlow v9's own elements.
            NO_COUNTS_EITHER_WAY,
            /// The flow has not ended, and is told of again.
            NOT_ENDED,
            FIREWALL_EVENT
        }

        /// Whether it is worth the work to tell it of templates and of what is ignored.
        default boolean isWanted() {
            return true;
        }

        default void template(AnnouncedTemplate template) {}

        /// An option record.
        default void options(Elements e, long domain) {}

        /// A data record has been read as far as its flow's times.
        default void times(Elements e, FlowMapper.Context context, FlowRecord f) {}

        /// What of a record does not count, see [ProbeOptions#ofFile].
        enum LeftOut {
            REVERSE,
            START
        }

        default void leftOut(LeftOut what) {}

        /// A data record that makes no flow.
        ///
        /// @param f what is known of it, with its counts
        default void ignored(FlowRecord f, Ignored why) {}
    }

    /// What surrounds the sets of a message.
    ///
    /// @param domain that they belong to
    /// @param arrival of the message
    public record Message(
            Domain domain,
            Arrival arrival,
            FlowMapper.Context context,
            Counters counters,
            FlowConsumer out) {
        private int port() {
            return arrival.port();
        }

        private Message of(Waiting w) {
            Arrival then = new Arrival(w.port(), arrival.receivedUs(), arrival.nowMs());
            return new Message(domain, then, w.context(), counters, out);
        }
    }

    /// Reads all sets of a message.
    ///
    /// @param in from the first set to the end of the datagram
    /// @param length octets of the message's sets; a last set may pass them, but not the datagram
    public Outcome sets(Cursor in, int length, Message message) {
        int templates = netflow9 ? TEMPLATES_V9 : TEMPLATES;
        int end = in.position() + length;
        Outcome outcome = Outcome.WHOLE;
        while (end - in.position() >= SET_HEADER) {
            int id = in.u16();
            int octets = in.u16() - SET_HEADER;
            if (!in.has(octets)) {
                message.counters.drop(Drop.MALFORMED, 1);
                return Outcome.BROKEN;
            }
            if (octets > end - in.position()) {
                message.counters.add(Total.OVERLONG_SETS, 1);
            }
            Cursor set = in.take(octets);
            if (id == templates || id == templates + 1) {
                templates(set, id != templates, message);
            } else if (id >= FIRST_TEMPLATE && !use.data(set, id, message)) {
                outcome = Outcome.WAITING;
            }
        }
        return outcome;
    }

    // Templates -----------------------------------------------------------------------------------

    /// Takes the templates of one set, which is read unless its octets are those of one before;
    /// data that waited for them is decoded.
    private void templates(Cursor in, boolean options, Message m) {
        Exporter from = m.domain.owner();
        RepeatedSets.Kind kind = options ? ofOptions : ofData;
        long nowMs = m.arrival.nowMs();
        // Whoever writes down what was announced is told of each field.
        RepeatedSets.Repeated same = log.isWanted() ? null : from.repeated(kind, in, nowMs);
        if (same != null) {
            m.counters.announceUnknown(same.unknown());
            for (Template t : same.templates()) {
                use.define(t, m);
            }
            return;
        }
        Cursor set = new Cursor(in, 0);
        RepeatedSets.Draft said = new RepeatedSets.Draft();
        templates(in, options, m, said);
        m.counters.announceUnknown(said.unknown());
        if (!log.isWanted()) {
            from.repeat(kind, set, said, nowMs);
        }
    }

    /// Reads the templates of one set.
    ///
    /// @param said takes note of them
    private void templates(Cursor in, boolean options, Message message, RepeatedSets.Draft said) {
        while (in.has(SET_HEADER)) {
            int id = in.u16();
            if (id == 0 && netflow9) {
                return;
            }
            int count = in.u16();
            if (!netflow9 && count == 0) {
                said.spoil();
                use.withdraw(id, message);
                continue;
            }
            int scopes = 0;
            boolean whole = id >= FIRST_TEMPLATE;
            if (options && netflow9) {
                // NetFlow v9 gives octets: of the scope fields, then of the options.
                int optionLength = in.u16();
                whole &= count % FIELD == 0 && optionLength % FIELD == 0;
                scopes = count / FIELD;
                count = scopes + optionLength / FIELD;
            } else if (options) {
                scopes = in.u16();
            }
            whole &= !in.isOverrun() && count <= MAX_FIELDS && scopes <= count;
            if (!whole || !in.has(count * FIELD)) {
                said.spoil();
                message.counters.drop(Drop.MALFORMED, 1);
                return;
            }
            Template.Builder fields = Template.of(id, options, count);
            read(in, fields, scopes, message, said);
            Template t = in.isOverrun() ? null : fields.build();
            if (t == null) {
                // It is cut off, or its records have no octets and would never end.
                said.spoil();
                message.counters.drop(Drop.MALFORMED, 1);
            } else {
                said.add(t, message.domain.own(id, message.port()));
                use.define(t, message);
            }
        }
    }

    /// Reads a template's fields, of which the first are scopes.
    private void read(
            Cursor in,
            Template.Builder fields,
            int scopes,
            Message message,
            RepeatedSets.Draft said) {
        List<Log.AnnouncedField> announced =
                log.isWanted() ? new ArrayList<>(fields.count()) : List.of();
        for (int i = 0; i < fields.count(); i++) {
            int element = in.u16();
            int length = in.u16();
            int enterprise = 0;
            if (!netflow9 && (element & ENTERPRISE_BIT) != 0) {
                enterprise = in.i32();
                element &= ~ENTERPRISE_BIT;
            }
            boolean scope = netflow9 && i < scopes;
            int ofScope = element == SCOPE_INTERFACE ? ElementIds.INGRESS_INTERFACE : 0;
            int shown = scope ? ofScope : element;
            fields.add(enterprise, shown, length);
            if (!fields.isOptions() && Template.isUnknown(enterprise, element)) {
                said.unknown(enterprise, element);
            }
            if (log.isWanted()) {
                announced.add(
                        new Log.AnnouncedField(
                                Integer.toUnsignedLong(enterprise), element, length));
            }
        }
        if (log.isWanted() && !in.isOverrun()) {
            log.template(
                    new Log.AnnouncedTemplate(
                            message.domain.number(),
                            fields.id(),
                            fields.isOptions(),
                            scopes,
                            announced));
        }
    }

    // Use -----------------------------------------------------------------------------------------

    /// What becomes of what sets say.
    private interface Use {
        void define(Template t, Message m);

        /// @param id below [#FIRST_TEMPLATE] all of a kind
        void withdraw(int id, Message m);

        /// @return false if the set waits for its template
        boolean data(Cursor in, int templateId, Message m);
    }

    /// Domains take templates, data becomes flows.
    private final class ToFlows implements Use {
        @Override
        public void define(Template t, Message m) {
            for (Waiting w : m.domain.define(t, m.arrival, m.counters)) {
                SetDecoder.this.data(new Cursor(ByteBuffer.wrap(w.data())), t, m.of(w));
            }
        }

        @Override
        public void withdraw(int id, Message m) {
            if (id == TEMPLATES || id == OPTION_TEMPLATES) {
                m.domain.withdrawAll(id == OPTION_TEMPLATES, m.port());
            } else {
                m.domain.withdraw(id, m.port());
            }
        }

        @Override
        public boolean data(Cursor in, int templateId, Message m) {
            Template t = m.domain.template(templateId, m.port());
            if (t == null) {
                m.domain.await(templateId, in.rest(), m.context, m.arrival, m.counters);
                return false;
            }
            SetDecoder.this.data(in, t, m);
            return true;
        }
    }

    /// Somebody takes templates, nobody wants data.
    private record TemplatesAlone(Announcements announcements) implements Use {
        @Override
        public void define(Template t, Message m) {
            Domain.Key key = m.domain.key();
            announcements.template(key.protocol(), key.number(), t);
        }

        @Override
        public void withdraw(int id, Message m) {
            Domain.Key key = m.domain.key();
            announcements.withdrawal(key.protocol(), key.number(), id);
        }

        @Override
        public boolean data(Cursor in, int templateId, Message m) {
            return true;
        }
    }

    // Data ----------------------------------------------------------------------------------------

    /// Decodes data whose template came late, by what else its exporter has announced by now.
    ///
    /// @param nowMs now, by a clock that nobody sets
    public void late(
            Exporter.Late data, Exporter from, long nowMs, Counters counters, FlowConsumer out) {
        Waiting w = data.waiting();
        Domain domain = from.domain(w.domain().protocol(), w.domain().number(), nowMs, counters);
        if (domain == null) {
            counters.gaveUp(w.domain().number(), w.templateId(), w.data().length);
            return;
        }
        Arrival then = new Arrival(w.port(), data.receivedUs(), nowMs);
        long records = counters.total(Total.RECORDS);
        data(
                new Cursor(ByteBuffer.wrap(w.data())),
                data.template(),
                new Message(domain, then, w.context(), counters, out));
        if (counters.total(Total.RECORDS) > records) {
            from.prove();
        }
    }

    private void data(Cursor in, Template t, Message m) {
        FlatRecord flat = isFlat ? t.flat() : null;
        if (flat != null) {
            flat(in, t, flat, m);
            return;
        }
        while (in.remaining() >= t.minimum() && general(in, t, m)) {
            // One record after the other.
        }
    }

    /// Reads records whose fields are at fixed places; those that are unusual are read as others.
    private void flat(Cursor in, Template t, FlatRecord places, Message m) {
        FlowMapper.Context context = m.context.with(places.isRelative() ? startUs(m) : -1, 0);
        boolean goesOn = true;
        while (goesOn && in.has(places.length())) {
            places.read(in, context, i -> m.domain.samplingOf(i, false, m.port()), rows);
            int done = 0;
            while (goesOn && done < rows.count()) {
                int usual = rows.usual(done);
                in.skip(usual * places.length());
                handOn(places, usual, m);
                done += usual;
                if (done < rows.count()) {
                    goesOn = general(in, t, m);
                    done++;
                    rows.flows.drop(1);
                }
            }
        }
    }

    /// Hands on the first of the flows that were read.
    private void handOn(FlatRecord places, int count, Message m) {
        if (count == 0) {
            return;
        }
        MessageFlows flows = rows.flows;
        int all = flows.count();
        m.counters.add(Total.UNKNOWN_ELEMENTS, (long) places.unknown() * count);
        m.counters.add(Total.RECORDS, count);
        flows.setCount(count);
        for (int number : OFTEN_SAME) {
            flows.settle(number);
        }
        m.out.accept(flows, m.counters);
        places.vary(flows);
        flows.setCount(all);
        flows.drop(count);
        m.counters.add(Total.FLOWS, count);
    }

    /// Reads one record.
    ///
    /// @return false if it is longer than its set
    private boolean general(Cursor in, Template t, Message m) {
        elements.begin(t);
        if (!record(in, t, m, 0)) {
            m.counters.drop(Drop.MALFORMED, 1);
            return false;
        }
        if (t.isOptions()) {
            m.counters.add(Total.OPTION_RECORDS, 1);
            m.domain.options(elements, m.arrival, m.counters);
            log.options(elements, m.domain.number());
        } else {
            m.counters.add(Total.RECORDS, 1);
            FlowMapper.Context own =
                    m.context.with(startUs(m), m.domain.samplingOf(elements, m.port()));
            mapper.map(elements, own, m.counters, m.out);
        }
        return true;
    }

    /// When the exporter started by the message's header, or by an option record if that counts; -1
    /// if it has not told.
    private long startUs(Message m) {
        long start = m.context.bootUs() < 0 ? m.domain.bootUs(m.port()) : m.context.bootUs();
        if (start < 0 || !options.recordAlone() || m.context.bootUs() >= 0) {
            return start;
        }
        if (FlowTimes.isRelative(elements)) {
            log.leftOut(Log.LeftOut.START);
        }
        return -1;
    }

    /// Reads one record into the elements; false if it is longer than its set.
    private boolean record(Cursor in, Template t, Message m, int depth) {
        int unknown = 0;
        for (int i = 0; i < t.size(); i++) {
            int length = t.length(i);
            // NetFlow v9 has no variable length, but H3C exporters encode names as IPFIX does.
            if (length == Template.VARIABLE) {
                if (!in.has(1)) {
                    return false;
                }
                length = in.u8();
                if (length == LONG_LENGTH) {
                    if (!in.has(2)) {
                        return false;
                    }
                    length = in.u16();
                }
            }
            if (!in.has(length)) {
                return false;
            }
            int slot = t.slot(i);
            if (slot == Template.LIST && depth < MAX_NESTING) {
                nested(in.take(length), m, depth + 1);
            } else if (length > 0 && elements.takes(slot, depth > 0)) {
                elements.read(slot, in, length);
            } else {
                in.skip(length);
                unknown++;
            }
        }
        m.counters.add(Total.UNKNOWN_ELEMENTS, unknown);
        return true;
    }

    /// Reads what a subTemplateMultiList (RFC 6313) adds to its record: YAF keeps TCP flags there.
    private void nested(Cursor in, Message m, int depth) {
        if (!in.has(1)) {
            return;
        }
        in.skip(1);
        while (in.has(SET_HEADER)) {
            int id = in.u16();
            int length = in.u16() - SET_HEADER;
            if (!in.has(length)) {
                return;
            }
            Cursor part = in.take(length);
            Template t = m.domain.template(id, m.port());
            if (t != null && part.remaining() >= t.minimum()) {
                record(part, t, m, depth);
            }
        }
    }
}
