package dev.rearview.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.contacts.Contact;
import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.engine.contacts.Reached;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.plan.ContactBounds;
import dev.rearview.engine.plan.ContactRules;
import dev.rearview.engine.plan.ContactRules.Part;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.TcpFlags;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Graphs of contacts, compared with what their definition gives without any cleverness.
class ContactsTest {
    private static final ContactBounds AMPLE = new ContactBounds(1000, 1000, 100_000);
    private static final long END_US = 1_000_000;

    @TempDir Path directory;

    private static FlowRecord flow(int from, int to, long startUs, long durationUs) {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(from);
        r.dipLo = Ip.mapped(to);
        r.protocol = 17;
        r.sport = 40_000;
        r.dport = 53;
        r.packets = 2;
        r.bytes = 100;
        r.stime = startUs;
        r.duration = durationUs;
        return r;
    }

    private static SetRef host(int host) {
        return new SetRef.Ranges(List.of(IpRange.of(Ip.v4(host))));
    }

    private static Product.Contacts question(int hops, ContactRules rules, ContactBounds bounds) {
        return new Product.Contacts(host(1), 0, END_US, hops, rules, bounds);
    }

    private ContactGraph graph(List<FlowRecord> flows, Product.Contacts question)
            throws IOException {
        return graph(new MemoryInputs(directory), flows, question);
    }

    private static ContactGraph graph(
            MemoryInputs inputs, List<FlowRecord> flows, Product.Contacts question)
            throws IOException {
        inputs.file("a", flows);
        Query query = new Query(new FlowPlan.Files(List.of("a")), question);
        try (QueryRun run = new Execution(inputs).open(query)) {
            assertThat(run.read()).isTrue();
            return run.contacts(0);
        }
    }

    private ContactGraph graph(int hops, FlowRecord... flows) throws IOException {
        return graph(Arrays.asList(flows), question(hops, anyContact(Predicate.ALWAYS), AMPLE));
    }

    /// A contact as `hop: path>to first-last flows`.
    private static List<String> told(ContactGraph graph) {
        List<String> out = new ArrayList<>();
        for (Contact c : graph.contacts()) {
            StringBuilder line = new StringBuilder();
            line.append(c.hop()).append(": ");
            c.from().path().forEach(ip -> line.append(ip.bits()).append('>'));
            line.append(c.to().bits()).append(' ').append(c.span().firstUs()).append('-');
            line.append(c.span().lastUs()).append(' ').append(c.volume().flows());
            out.add(line.toString());
        }
        return out;
    }

    @Test
    void aWormIsFollowedInTheOrderOfTime() throws IOException {
        ContactGraph graph =
                graph(
                        5,
                        flow(2, 3, 50, 0), // before 2 was reached
                        flow(1, 2, 100, 10),
                        flow(2, 3, 90, 400), // under way when 2 is reached, but begun before
                        flow(2, 4, 100, 0), // at the same moment
                        flow(4, 5, 99, 0), // too early by one
                        flow(4, 5, 300, 5),
                        flow(4, 5, 200, 500),
                        flow(5, 6, 150, 0), // after 4 was reached, before 5 was
                        flow(5, 1, 250, 0), // back to where it began
                        flow(7, 8, 500, 0)); // never reached
        assertThat(told(graph))
                .containsExactly(
                        "1: 1>2 100-110 1",
                        "2: 1>2>4 100-100 1",
                        "3: 1>2>4>5 200-700 2",
                        "4: 1>2>4>5>1 250-250 1");
        assertThat(graph.omitted().isCut()).isFalse();
    }

    @Test
    void contactsOfOneMomentFollowEachOther() throws IOException {
        assertThat(told(graph(4, flow(3, 4, 7, 0), flow(2, 3, 7, 0), flow(1, 2, 7, 0))))
                .containsExactly("1: 1>2 7-7 1", "2: 1>2>3 7-7 1", "3: 1>2>3>4 7-7 1");
    }

    @Test
    void aLongerWayMayBeEarlier() throws IOException {
        FlowRecord[] flows = {
            flow(1, 2, 500, 0),
            flow(1, 3, 10, 0),
            flow(3, 2, 20, 0),
            flow(2, 4, 100, 0),
            flow(2, 4, 600, 0),
            flow(2, 5, 30, 0)
        };
        // With two hops, 2 acts since 500 only: the way over 3 leaves it no contact.
        assertThat(told(graph(2, flows)))
                .containsExactly(
                        "1: 1>3 10-10 1",
                        "1: 1>2 500-500 1",
                        "2: 1>3>2 20-20 1",
                        "2: 1>2>4 600-600 1");
        assertThat(told(graph(3, flows)))
                .containsExactly(
                        "1: 1>3 10-10 1",
                        "1: 1>2 500-500 1",
                        "2: 1>3>2 20-20 1",
                        "3: 1>3>2>5 30-30 1",
                        "3: 1>3>2>4 100-600 2");
    }

    @Test
    void theWindowIsThatOfStarts() throws IOException {
        assertThat(
                        told(
                                graph(
                                        2,
                                        flow(1, 2, -1, 50),
                                        flow(1, 3, 0, 5),
                                        flow(1, 4, END_US, 50),
                                        flow(1, 5, END_US + 1, 0))))
                .containsExactly("1: 1>3 0-5 1", "1: 1>4 1000000-1000050 1");
    }

    @Test
    void randomGraphsAreThoseOfTheDefinition() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int hosts = 3 + random.nextInt(12);
            List<FlowRecord> flows = new ArrayList<>();
            int n = random.nextInt(120);
            for (int i = 0; i < n; i++) {
                FlowRecord r =
                        flow(
                                1 + random.nextInt(hosts),
                                1 + random.nextInt(hosts),
                                random.nextInt(60),
                                random.nextInt(20));
                r.setIpv6(random.nextInt(4) == 0);
                r.protocol = random.nextBoolean() ? 17 : 6;
                r.sport = 1 + random.nextInt(2);
                r.dport = 1 + random.nextInt(2);
                r.flags = random.nextInt(32);
                flows.add(r);
            }
            ContactRules rules =
                    new ContactRules(
                            random.nextBoolean() ? Predicate.ALWAYS : Predicate.is(Field.DPORT, 1),
                            Part.ANY,
                            random.nextBoolean(),
                            random.nextInt(10),
                            random.nextBoolean() ? 0 : 1 + random.nextInt(4));
            int hops = 1 + random.nextInt(5);
            ContactGraph graph = graph(flows, question(hops, rules, AMPLE));
            assertThat(plain(graph)).as("seed %d", seed).isEqualTo(defined(flows, hops, rules));
            graph.contacts().forEach(c -> checkWay(c, flows));
        }
    }

    @Test
    void whatDoesNotFitIsOnDisk() throws IOException {
        Random random = new Random(7);
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            FlowRecord r = flow(1 + random.nextInt(20), 1 + random.nextInt(20), i, 10);
            r.sport = random.nextInt(3);
            r.dport = random.nextInt(3);
            flows.add(r);
        }
        ContactRules rules = new ContactRules(Predicate.ALWAYS, Part.ANY, true, 100, 0);
        Product.Contacts question = question(4, rules, AMPLE);
        MemoryInputs little = new MemoryInputs(directory);
        little.memory = 1 << 20;
        assertThat(plain(graph(little, flows, question))).isEqualTo(plain(graph(flows, question)));
        assertThat(directory.toFile().list()).isEmpty();
        // Not even the contacts do: some are left out, and that is told.
        little.memory = 1 << 12;
        assertThat(graph(little, flows, question).omitted().full()).isTrue();
    }

    private static Map<String, String> plain(ContactGraph graph) {
        Map<String, String> out = new TreeMap<>();
        for (Contact c : graph.contacts()) {
            out.put(
                    c.from().host().bits() + ">" + c.to().bits(),
                    value(
                            c.hop(),
                            c.span().firstUs(),
                            c.span().lastUs(),
                            c.volume().flows(),
                            c.volume().bytes()));
        }
        assertThat(out).hasSameSizeAs(graph.contacts());
        return out;
    }

    private static String value(int hop, long first, long last, long flows, long bytes) {
        return "hop " + hop + ", " + first + "-" + last + ", " + flows + ", " + bytes;
    }

    /// Each host on the way was reached by a contact of the one before, in the order of time.
    private static void checkWay(Contact c, List<FlowRecord> flows) {
        Reached here = c.from();
        for (Reached via = here.via(); via != null; via = here.via()) {
            long atUs = here.atUs();
            long to = here.host().lo();
            long from = via.host().lo();
            assertThat(via.atUs()).isLessThanOrEqualTo(atUs);
            assertThat(flows).anyMatch(f -> f.stime == atUs && f.sipLo == from && f.dipLo == to);
            here = via;
        }
        assertThat(here.host()).isEqualTo(Ip.v4(1));
    }

    private static boolean isSession(FlowRecord f) {
        return f.protocol == 6
                && (f.flags & TcpFlags.ACK) != 0
                && (f.flags & (TcpFlags.PSH | TcpFlags.FIN)) != 0;
    }

    private static boolean isRefusal(FlowRecord f) {
        return f.protocol == 6
                && (f.flags & (TcpFlags.RST | TcpFlags.SYN | TcpFlags.PSH | TcpFlags.FIN))
                        == TcpFlags.RST;
    }

    private static boolean isAnswered(FlowRecord f, List<FlowRecord> flows, long within) {
        return isSession(f)
                || flows.stream()
                        .anyMatch(a ->
                                a.sipLo == f.dipLo
                                        && a.dipLo == f.sipLo
                                        && a.protocol == f.protocol
                                        && a.sport == f.dport
                                        && a.dport == f.sport
                                        && !isRefusal(a)
                                        && a.stime >= f.stime - within
                                        && a.stime <= f.stime + f.duration + within);
    }

    private static boolean isOfClient(FlowRecord f) {
        boolean asks = f.protocol == 6 && (f.flags & (TcpFlags.SYN | TcpFlags.ACK)) == TcpFlags.SYN;
        return asks || f.sport >= f.dport;
    }

    private static Map<String, String> defined(List<FlowRecord> all, int hops, ContactRules rules) {
        boolean isTested = !rules.test().equals(Predicate.ALWAYS);
        List<FlowRecord> tested = all.stream().filter(f -> !isTested || f.dport == 1).toList();
        Map<Long, Set<Long>> clients = new HashMap<>();
        for (FlowRecord f : tested) {
            if (isOfClient(f)) {
                clients.computeIfAbsent(f.dipLo, k -> new HashSet<>()).add(f.sipLo);
            }
        }
        List<FlowRecord> flows = new ArrayList<>();
        for (FlowRecord f : tested) {
            int known = clients.getOrDefault(f.dipLo, Set.of()).size();
            if (f.sipLo != f.dipLo
                    && (rules.mostClients() == 0 || known <= rules.mostClients())
                    && (!rules.answered() || isAnswered(f, all, rules.withinUs()))) {
                flows.add(f);
            }
        }
        Map<Long, Long> at = new HashMap<>();
        Map<Long, Integer> hop = new HashMap<>();
        at.put(Ip.mapped(1), 0L);
        hop.put(Ip.mapped(1), 0);
        for (int k = 1; k < hops; k++) {
            Map<Long, Long> before = Map.copyOf(at);
            for (FlowRecord f : flows) {
                Long since = before.get(f.sipLo);
                if (since != null
                        && f.stime >= since
                        && f.stime < at.getOrDefault(f.dipLo, Long.MAX_VALUE)) {
                    at.put(f.dipLo, f.stime);
                    hop.put(f.dipLo, k);
                }
            }
        }
        Map<String, List<FlowRecord>> pairs = new TreeMap<>();
        for (FlowRecord f : flows) {
            if (f.stime >= at.getOrDefault(f.sipLo, Long.MAX_VALUE)) {
                pairs.computeIfAbsent((int) f.sipLo + ">" + (int) f.dipLo, k -> new ArrayList<>())
                        .add(f);
            }
        }
        Map<String, String> out = new TreeMap<>();
        pairs.forEach((pair, of) ->
                out.put(
                        pair,
                        value(
                                hop.getOrDefault(of.getFirst().sipLo, -1) + 1,
                                of.stream().mapToLong(f -> f.stime).min().orElseThrow(),
                                of.stream()
                                        .mapToLong(f -> f.stime + f.duration)
                                        .max()
                                        .orElseThrow(),
                                of.size(),
                                of.stream().mapToLong(f -> f.bytes).sum())));
        return out;
    }

    @Test
    void theSenderMayHaveToBeTheClient() throws IOException {
        FlowRecord call = flow(1, 2, 10, 0);
        FlowRecord served = flow(1, 3, 20, 0);
        served.sport = 53;
        served.dport = 40_000;
        FlowRecord accepted = flow(1, 4, 30, 0);
        accepted.protocol = 6;
        accepted.initialFlags = TcpFlags.SYN | TcpFlags.ACK;
        FlowRecord ping = flow(1, 5, 40, 0);
        ping.protocol = 1;
        ping.sport = 0;
        ping.dport = 8 << 8;
        FlowRecord pong = flow(1, 6, 50, 0);
        pong.protocol = 1;
        pong.sport = 0;
        pong.dport = 0;
        FlowRecord tunnel = flow(1, 7, 60, 0);
        tunnel.protocol = 47;
        List<FlowRecord> flows = List.of(call, served, accepted, ping, pong, tunnel);
        assertThat(others(flows, Part.CLIENT)).containsExactly(2, 5, 7);
        assertThat(others(flows, Part.SERVER)).containsExactly(3, 4, 6, 7);
        assertThat(others(flows, Part.ANY)).containsExactly(2, 3, 4, 5, 6, 7);
    }

    private List<Integer> others(List<FlowRecord> flows, Part part) throws IOException {
        ContactRules rules = new ContactRules(Predicate.ALWAYS, part, false, 0, 0);
        return graph(flows, question(1, rules, AMPLE)).contacts().stream()
                .map(c -> c.to().bits())
                .toList();
    }

    @Test
    void servicesAreThoseOfTheServer() throws IOException {
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            FlowRecord f = flow(1, 2, i, 0);
            f.dport = 100 + i;
            flows.add(f);
        }
        FlowRecord served = flow(1, 3, 20, 0);
        served.sport = 53;
        served.dport = 40_000;
        flows.add(served);
        FlowRecord ping = flow(1, 4, 40, 0);
        ping.protocol = 1;
        flows.add(ping);
        List<Contact> contacts =
                graph(flows, question(1, anyContact(Predicate.ALWAYS), AMPLE)).contacts();
        assertThat(contacts.get(0).talk().services()).hasSize(Contact.MAX_SERVICES);
        assertThat(contacts.get(0).talk().services().getFirst())
                .isEqualTo(new Contact.Service(17, 100));
        assertThat(contacts.get(0).talk().hasMore()).isTrue();
        assertThat(contacts.get(1).talk().services()).containsExactly(new Contact.Service(17, 53));
        assertThat(contacts.get(1).talk().asClient()).isFalse();
        assertThat(contacts.get(2).talk().services()).containsExactly(new Contact.Service(1, -1));
    }

    @Test
    void theEarliestContactsOfAHostStay() throws IOException {
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 2; i < 40; i++) {
            flows.add(flow(1, i, 1000 - i, 0));
        }
        ContactGraph graph =
                graph(
                        flows,
                        question(
                                1, anyContact(Predicate.ALWAYS), new ContactBounds(1000, 3, 1000)));
        assertThat(told(graph))
                .containsExactly("1: 1>39 961-961 1", "1: 1>38 962-962 1", "1: 1>37 963-963 1");
        assertThat(graph.omitted().cutHosts()).isEqualTo(1);
        assertThat(graph.omitted().cutContacts()).isEqualTo(35);
        assertThat(graph.omitted().isCut()).isTrue();
    }

    @Test
    void hostsBeyondTheBoundAreNotFollowed() throws IOException {
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 2; i < 12; i++) {
            flows.add(flow(1, i, i, 0));
            flows.add(flow(i, 100 + i, 50, 0));
        }
        ContactRules rules = anyContact(Predicate.ALWAYS);
        ContactGraph graph = graph(flows, question(2, rules, new ContactBounds(4, 1000, 1000)));
        assertThat(graph.contacts()).hasSize(14);
        assertThat(graph.omitted().notFollowed()).isEqualTo(6);
        // Nobody of the last hop is followed anyway.
        assertThat(
                        graph(flows, question(1, rules, new ContactBounds(4, 1000, 1000)))
                                .omitted()
                                .isCut())
                .isFalse();
        ContactGraph few = graph(flows, question(2, rules, new ContactBounds(1000, 1000, 7)));
        assertThat(few.contacts()).hasSize(7);
        assertThat(few.omitted().full()).isTrue();
    }

    @Test
    void moreThanMayWaitDoNotWait() throws IOException {
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 70_000; i++) {
            flows.add(flow(1, 2, i, 0));
        }
        FlowRecord answer = flow(2, 1, 100_000, 0);
        answer.sport = 53;
        answer.dport = 40_000;
        flows.add(answer);
        ContactRules rules = new ContactRules(Predicate.ALWAYS, Part.ANY, true, 1_000_000, 0);
        ContactGraph graph = graph(flows, question(1, rules, AMPLE));
        assertThat(told(graph)).containsExactly("1: 1>2 4464-69999 65536");
        assertThat(graph.omitted().impatient()).isTrue();
        rules = new ContactRules(Predicate.ALWAYS, Part.ANY, true, 40_000, 0);
        graph = graph(flows, question(1, rules, AMPLE));
        assertThat(told(graph)).containsExactly("1: 1>2 60000-69999 10000");
        assertThat(graph.omitted().impatient()).isFalse();
    }

    private static ContactRules anyContact(Predicate test) {
        return new ContactRules(test, ContactRules.Part.ANY, false, 0, 0);
    }
}
