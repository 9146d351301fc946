package dev.rearview.engine.contacts;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.plan.ContactRules;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.spill.RowCombiner;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.store.parquet.RowGroupStats;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The flows that matter to a hop: those that its hosts sent since they were reached and, where
/// answers count, those that they got. Sorted by the two hosts, conversation and start; on disk
/// what memory does not hold.
final class HopFlows implements Closeable {
    /// Words of a row: host, other host, conversation, start and end, what kind of flow it is; then
    /// flows, packets and octets.
    static final int HOST = 0;

    static final int OTHER = 2;
    static final int CONVERSATION = 4;
    static final int START = 5;
    static final int END = 6;
    static final int KIND = 7;
    static final int FLOWS = 8;
    static final int PACKETS = 9;
    static final int BYTES = 10;
    static final int WORDS = 11;

    static final int CONTACT = 1;
    static final int CLIENT = 2;
    static final int SERVER = 4;
    static final int ESTABLISHED = 8;
    static final int PORTS = 16;

    static final Set<Field> COLUMNS =
            EnumSet.of(
                    Field.SIP,
                    Field.DIP,
                    Field.SPORT,
                    Field.DPORT,
                    Field.PROTOCOL,
                    Field.STIME,
                    Field.DURATION,
                    Field.PACKETS,
                    Field.BYTES);

    private final Frontier frontier;
    private final ContactRules rules;
    private final Filter contacts;
    private final Filter answers;
    private final Filter ofClient;
    private final Filter ofServer;
    private final Filter established;
    private final Filter withPorts;
    private final RowCombiner rows;
    private final IpSet.Builder others = new IpSet.Builder();

    /// @param room what it may hold in memory; closed with this
    HopFlows(Frontier frontier, Product.Contacts question, Compiler compiler, Room room)
            throws IOException {
        this.frontier = frontier;
        this.rules = question.rules();
        this.rows = new RowCombiner(FLOWS, WORDS - FLOWS, Long::sum, room);
        this.contacts = compiler.filter(contacts(question));
        this.answers = compiler.filter(answers(question));
        this.ofClient = compiler.filter(Conversation.OF_CLIENT);
        this.ofServer = compiler.filter(Conversation.OF_SERVER);
        this.established = compiler.filter(Conversation.ESTABLISHED);
        this.withPorts = compiler.filter(Conversation.WITH_PORTS);
    }

    private Predicate contacts(Product.Contacts question) {
        List<Predicate> all = new ArrayList<>();
        all.add(Predicate.range(Field.STIME, frontier.firstUs(), question.lastUs()));
        all.add(Predicate.address(Field.SIP, frontier.hosts()));
        all.add(rules.test());
        switch (rules.part()) {
            case ANY -> {}
            case CLIENT -> all.add(Conversation.OF_CLIENT);
            case SERVER -> all.add(Conversation.OF_SERVER);
        }
        return Predicate.all(all);
    }

    private Predicate answers(Product.Contacts question) {
        return Predicate.all(
                List.of(
                        rules.mayAnswer(frontier.firstUs(), question.lastUs()),
                        Predicate.address(Field.DIP, frontier.hosts()),
                        Conversation.ANSWERS));
    }

    /// Whether flows of a row group may matter.
    boolean mayMatter(RowGroupStats stats) {
        return contacts.mayPass(stats) || rules.answered() && answers.mayPass(stats);
    }

    /// A consumer for one more thread.
    RowConsumer consumer() {
        return (batch, rows) -> {
            Selection sent = rows.copy();
            contacts.retain(batch, sent);
            Selection got = rules.answered() ? rows.copy() : Selection.none(rows.rows());
            answers.retain(batch, got);
            if (!sent.isEmpty() || !got.isEmpty()) {
                batch.load(COLUMNS);
                add(new Flows(batch, sent, got));
            }
            return true;
        };
    }

    /// Some flows of a batch.
    ///
    /// @param sent by hosts of this hop
    /// @param got by them
    private record Flows(FlowBatch batch, Selection sent, Selection got) {
        Selection ofSent(Filter filter) {
            return of(sent, filter);
        }

        Selection of(Selection rows, Filter filter) {
            Selection out = rows.copy();
            filter.retain(batch, out);
            return out;
        }
    }

    private void add(Flows flows) throws IOException {
        Selection clients = flows.ofSent(ofClient);
        Selection servers = flows.ofSent(ofServer);
        Selection sessions = flows.ofSent(established);
        Selection sentPorts = flows.ofSent(withPorts);
        Selection gotPorts = flows.of(flows.got, withPorts);
        long[] row = new long[WORDS];
        synchronized (rows) {
            for (int i = flows.sent.next(0); i >= 0; i = flows.sent.next(i + 1)) {
                boolean ports = sentPorts.contains(i);
                fill(flows.batch, i, ports, row);
                if ((row[START] ^ Long.MIN_VALUE) < frontier.atUs(row[HOST], row[HOST + 1])) {
                    continue;
                }
                row[KIND] =
                        CONTACT
                                | (ports ? PORTS : 0)
                                | (clients.contains(i) ? CLIENT : 0)
                                | (servers.contains(i) ? SERVER : 0)
                                | (sessions.contains(i) ? ESTABLISHED : 0);
                if (rules.mostClients() > 0) {
                    others.add(row[OTHER], row[OTHER + 1]);
                }
                rows.add(row);
            }
            for (int i = flows.got.next(0); i >= 0; i = flows.got.next(i + 1)) {
                fill(flows.batch, i, gotPorts.contains(i), row);
                turn(row);
                rows.add(row);
            }
        }
    }

    /// What a flow is to its source.
    private static void fill(FlowBatch batch, int i, boolean ports, long[] row) {
        AddressColumn sip = batch.addresses(Field.SIP);
        AddressColumn dip = batch.addresses(Field.DIP);
        row[HOST] = sip.hi(i);
        row[HOST + 1] = sip.lo(i);
        row[OTHER] = dip.hi(i);
        row[OTHER + 1] = dip.lo(i);
        long pair =
                ports ? batch.longs(Field.SPORT).get(i) << 16 | batch.longs(Field.DPORT).get(i) : 0;
        row[CONVERSATION] = batch.longs(Field.PROTOCOL).get(i) << 32 | pair;
        long start = batch.longs(Field.STIME).get(i);
        // Times may lie before 1970; words compare as unsigned numbers.
        row[START] = start ^ Long.MIN_VALUE;
        row[END] = start + batch.longs(Field.DURATION).get(i) ^ Long.MIN_VALUE;
        row[KIND] = 0;
        row[FLOWS] = 1;
        row[PACKETS] = batch.longs(Field.PACKETS).get(i);
        row[BYTES] = batch.longs(Field.BYTES).get(i);
    }

    /// What the same flow is to its destination.
    private static void turn(long[] row) {
        for (int w = 0; w < 2; w++) {
            long host = row[HOST + w];
            row[HOST + w] = row[OTHER + w];
            row[OTHER + w] = host;
        }
        long c = row[CONVERSATION];
        row[CONVERSATION] = c & ~0xFFFF_FFFFL | (c & 0xFFFF) << 16 | c >>> 16 & 0xFFFF;
    }

    /// The hosts that may have been contacted, collected where it matters how popular they are; to
    /// be called once.
    IpSet others() {
        return others.build();
    }

    /// All rows, ascending; to be called once.
    RowSource sorted() throws IOException {
        return rows.sorted();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
