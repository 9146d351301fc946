package dev.rearview.engine.contacts;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpRange;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Finds the graph of a [Product.Contacts].
///
/// Hop by hop: a pass over the flows collects the contacts of the hosts that the hop before has
/// reached, or has reached earlier than was known. These give each other host the earliest time at
/// which so many hops can have reached it. A host that is reached earlier, over more hops, is
/// looked at again, so that in the end its contacts are those since the earliest time of all.
public final class ContactSearch implements Closeable {
    /// What a contact and a host take in memory, roughly and rather more than less.
    private static final int CONTACT_OCTETS = 512;

    private static final int HOST_OCTETS = 256;

    /// The flows, which can be read again and again.
    @FunctionalInterface
    public interface Flows {
        /// Hands the flows out, to one consumer for each thread.
        void read(FlowScan.Pruning pruning, Supplier<? extends RowConsumer> consumers)
                throws IOException;
    }

    private final Product.Contacts question;
    private final Compiler compiler;
    private final Supplier<Room> rooms;
    private final Room room;
    private final IpSet seeds;
    private HopFlows flows;

    /// All hosts that were reached, but for those it begins with.
    private final Map<Ip, Reached> reached = new HashMap<>();

    /// Contacts by who had them and with whom.
    private final Map<Ip, Map<Ip, Contact>> contacts = new HashMap<>();

    private final Map<Ip, Long> cut = new HashMap<>();
    private int count;
    private IpSet looked = IpSet.EMPTY;
    private IpSet popular = IpSet.EMPTY;
    private final IpSet.Builder notFollowed = new IpSet.Builder();
    private boolean full;
    private boolean impatient;

    /// @param rooms a room for each operator that asks
    /// @throws IOException if what the question names cannot be read
    public ContactSearch(Product.Contacts question, Compiler compiler, Supplier<Room> rooms)
            throws IOException {
        this.question = question;
        this.compiler = compiler;
        this.rooms = rooms;
        this.seeds = compiler.set(question.from());
        this.room = rooms.get();
        this.flows = hop(Frontier.of(question.from(), question.firstUs()));
    }

    private HopFlows hop(Frontier frontier) throws IOException {
        return new HopFlows(frontier, question, compiler, rooms.get());
    }

    /// Whether flows of a row group may matter to the first hop.
    public boolean mayMatter(RowGroupStats stats) {
        return flows.mayMatter(stats);
    }

    /// A consumer of the flows for the first hop, for one more thread.
    public RowConsumer consumer() {
        return flows.consumer();
    }

    /// Goes all other hops.
    ///
    /// @param again all flows, once more each time
    public ContactGraph finish(Flows again) throws IOException {
        for (int hop = 1; ; hop++) {
            findPopular(again);
            Map<Ip, Reached> found = settle();
            List<Reached> next = hop < question.hops() ? follow(found) : List.of();
            if (next.isEmpty()) {
                return graph();
            }
            flows.close();
            flows = hop(Frontier.of(next));
            again.read(flows::mayMatter, flows::consumer);
        }
    }

    // Popular hosts ---------------------------------------------------------------------------

    private void findPopular(Flows again) throws IOException {
        if (question.rules().mostClients() == 0) {
            return;
        }
        IpSet others = flows.others();
        IpSet asked = others.subtract(looked);
        looked = looked.union(asked);
        if (asked.isEmpty()) {
            return;
        }
        List<IpRange> ranges = new ArrayList<>();
        asked.forEachRange((loHi, loLo, hiHi, hiLo) ->
                ranges.add(new IpRange(loHi, loLo, hiHi, hiLo, !Ip.isMapped(loHi, loLo))));
        Filter filter =
                compiler.filter(
                        Predicate.all(
                                List.of(
                                        Predicate.range(
                                                Field.STIME, question.firstUs(), question.lastUs()),
                                        Predicate.address(Field.DIP, new SetRef.Ranges(ranges)),
                                        question.rules().test(),
                                        Conversation.OF_CLIENT)));
        IpSet.Builder found = new IpSet.Builder();
        try (GroupBy clients =
                new GroupBy(
                        compiler,
                        List.of(Expr.of(Field.DIP)),
                        List.of(new Aggregate(Aggregate.Kind.DISTINCT, Expr.of(Field.SIP))),
                        rooms.get())) {
            again.read(filter::mayPass, () -> behind(filter, clients.consumer()));
            clients.drain(
                    false,
                    words -> {
                        if (words[2] > question.rules().mostClients()) {
                            found.add(words[0], words[1]);
                        }
                    });
        }
        popular = popular.union(found.build());
    }

    private static RowConsumer behind(Filter filter, RowConsumer consumer) {
        return (batch, rows) -> {
            filter.retain(batch, rows);
            return rows.isEmpty() || consumer.accept(batch, rows);
        };
    }

    // A hop -----------------------------------------------------------------------------------

    /// Takes the contacts of a hop in.
    ///
    /// @return hosts that they reached first, or earlier than others did
    private Map<Ip, Reached> settle() throws IOException {
        Map<Ip, Reached> next = new HashMap<>();
        ContactReader reader =
                new ContactReader(flows.sorted(), question.rules(), question.bounds().ofHost());
        while (true) {
            ContactReader.OfHost of = reader.next(this::counts, this::isKept);
            if (of == null) {
                impatient |= reader.isImpatient();
                return next;
            }
            if (of.leftOut() > 0) {
                cut.put(of.host(), of.leftOut());
            }
            Reached from =
                    reached.getOrDefault(
                            of.host(), new Reached(of.host(), question.firstUs(), null));
            for (ContactSums sums : of.earliest()) {
                if (keep(sums.contact(from))) {
                    reach(new Reached(sums.to, sums.firstUs(), from), next);
                }
            }
        }
    }

    private boolean counts(Ip from, Ip to) {
        return !from.equals(to) && !popular.contains(to.hi(), to.lo());
    }

    private boolean isKept(Ip from, Ip to) {
        return contacts.getOrDefault(from, Map.of()).containsKey(to);
    }

    /// @return false where there are too many
    private boolean keep(Contact contact) {
        boolean isNew = !isKept(contact.from().host(), contact.to());
        if (isNew
                && (count == question.bounds().contacts()
                        || !room.holds(octets(count + 1, reached.size())))) {
            full = true;
            return false;
        }
        contacts.computeIfAbsent(contact.from().host(), k -> new HashMap<>())
                .put(contact.to(), contact);
        count += isNew ? 1 : 0;
        return true;
    }

    private static long octets(long contacts, long hosts) {
        return contacts * CONTACT_OCTETS + hosts * HOST_OCTETS;
    }

    private void reach(Reached found, Map<Ip, Reached> next) {
        Ip host = found.host();
        if (seeds.contains(host.hi(), host.lo())) {
            return;
        }
        Reached inHop = next.get(host);
        Reached known = reached.get(host);
        if (inHop != null ? isBefore(found, inHop) : known == null || found.atUs() < known.atUs()) {
            next.put(host, found);
        }
    }

    /// Earlier; of two ways that take a host at the same time the one from the lower address, so
    /// that the answer does not depend on the order of the flows.
    private static boolean isBefore(Reached found, Reached known) {
        if (found.atUs() != known.atUs()) {
            return found.atUs() < known.atUs();
        }
        Reached one = found.via();
        Reached other = known.via();
        return one != null && other != null && one.host().compareTo(other.host()) < 0;
    }

    /// The hosts whose contacts are looked for next, ascending: the earliest, as far as there may
    /// be so many.
    private List<Reached> follow(Map<Ip, Reached> next) {
        List<Reached> earliest = new ArrayList<>(next.values());
        earliest.sort(Comparator.comparingLong(Reached::atUs).thenComparing(Reached::host));
        List<Reached> out = new ArrayList<>();
        for (Reached r : earliest) {
            boolean isKnown = reached.containsKey(r.host());
            if (isKnown
                    || reached.size() < question.bounds().hosts()
                            && room.holds(octets(count, reached.size() + 1))) {
                reached.put(r.host(), r);
                out.add(r);
            } else {
                notFollowed.add(r.host());
            }
        }
        out.sort(Comparator.comparing(Reached::host));
        return out;
    }

    // Result ----------------------------------------------------------------------------------

    private ContactGraph graph() {
        List<Contact> out = new ArrayList<>(count);
        contacts.values().forEach(of -> out.addAll(of.values()));
        out.sort(
                Comparator.comparingInt(Contact::hop)
                        .thenComparingLong(c -> c.span().firstUs())
                        .thenComparing(c -> c.from().host())
                        .thenComparing(Contact::to));
        long cutContacts = cut.values().stream().mapToLong(Long::longValue).sum();
        return new ContactGraph(
                out,
                new ContactGraph.Omitted(
                        notFollowed.build().size().longValueExact(),
                        cut.size(),
                        cutContacts,
                        full,
                        impatient));
    }

    @Override
    public void close() throws IOException {
        flows.close();
        room.close();
    }
}
