package dev.rearview.engine.contacts;

import dev.rearview.engine.plan.ContactRules;
import dev.rearview.engine.spill.RowSource;
import dev.rearview.model.Ip;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Makes contacts of the sorted flows of a hop, host by host.
final class ContactReader {
    /// Flows of one conversation that wait for an answer.
    static final int MAX_WAITING = 1 << 16;

    /// Flows that wait before those are looked for that wait in vain.
    private static final int MANY = 1024;

    private static final Comparator<ContactSums> LATEST_FIRST =
            Comparator.comparingLong(ContactSums::firstUs).thenComparing(t -> t.to).reversed();

    private final RowSource rows;
    private final ContactRules rules;
    private final int most;
    private final long[] row = new long[HopFlows.WORDS];
    private boolean has;

    // The conversation that is being read.
    private final Deque<long[]> waiting = new ArrayDeque<>();
    private int waitingMost = MANY;
    private long lastAnswerUs;
    private boolean anyAnswer;
    private boolean impatient;

    /// The contacts of a host.
    ///
    /// @param earliest those that are kept, in no order
    /// @param leftOut how many others there were
    record OfHost(Ip host, Iterable<ContactSums> earliest, long leftOut) {}

    /// @param most contacts that are kept of a host
    ContactReader(RowSource rows, ContactRules rules, int most) throws IOException {
        this.rows = rows;
        this.rules = rules;
        this.most = most;
        advance();
    }

    private void advance() throws IOException {
        has = rows.next(row);
    }

    /// Whether so many flows waited for an answer that not all could.
    boolean isImpatient() {
        return impatient;
    }

    private static Ip ip(long hi, long lo) {
        return new Ip(hi, lo, !Ip.isMapped(hi, lo));
    }

    private boolean isOf(int at, Ip ip) {
        return has && row[at] == ip.hi() && row[at + 1] == ip.lo();
    }

    /// The next host that has any contact, null at the end.
    ///
    /// @param counts whether a contact of the first host with the second is one
    /// @param stays whether it is kept however many there are
    @Nullable OfHost next(BiPredicate<Ip, Ip> counts, BiPredicate<Ip, Ip> stays)
            throws IOException {
        while (has) {
            Ip host = ip(row[HopFlows.HOST], row[HopFlows.HOST + 1]);
            PriorityQueue<ContactSums> earliest = new PriorityQueue<>(LATEST_FIRST);
            Deque<ContactSums> staying = new ArrayDeque<>();
            long leftOut = 0;
            while (isOf(HopFlows.HOST, host)) {
                ContactSums contact = contact(host);
                if (contact.isEmpty() || !counts.test(host, contact.to)) {
                    continue;
                }
                if (stays.test(host, contact.to)) {
                    staying.add(contact);
                    continue;
                }
                earliest.add(contact);
                if (earliest.size() > most) {
                    earliest.remove();
                    leftOut++;
                }
            }
            while (earliest.size() + staying.size() > most && !earliest.isEmpty()) {
                earliest.remove();
                leftOut++;
            }
            staying.addAll(earliest);
            if (!staying.isEmpty()) {
                return new OfHost(host, staying, leftOut);
            }
        }
        return null;
    }

    /// All flows of one pair of hosts.
    private ContactSums contact(Ip host) throws IOException {
        ContactSums sums = new ContactSums(ip(row[HopFlows.OTHER], row[HopFlows.OTHER + 1]));
        while (isOf(HopFlows.HOST, host) && isOf(HopFlows.OTHER, sums.to)) {
            long conversation = row[HopFlows.CONVERSATION];
            waiting.clear();
            waitingMost = MANY;
            anyAnswer = false;
            do {
                take(sums);
                advance();
            } while (isOf(HopFlows.HOST, host)
                    && isOf(HopFlows.OTHER, sums.to)
                    && row[HopFlows.CONVERSATION] == conversation);
        }
        return sums;
    }

    /// Rows of a conversation come by their start, those of answers among them: each answers the
    /// flows before it that still wait, and is there for those that start soon after it.
    private void take(ContactSums sums) {
        long startUs = row[HopFlows.START] ^ Long.MIN_VALUE;
        if ((row[HopFlows.KIND] & HopFlows.CONTACT) == 0) {
            lastAnswerUs = startUs;
            anyAnswer = true;
            for (long[] sent : waiting) {
                if (waits(sent, startUs)) {
                    sums.add(sent);
                }
            }
            waiting.clear();
        } else if (!rules.answered()
                || (row[HopFlows.KIND] & HopFlows.ESTABLISHED) != 0
                || anyAnswer && startUs - lastAnswerUs <= rules.withinUs()) {
            sums.add(row);
        } else {
            await(startUs);
        }
    }

    private boolean waits(long[] sent, long nowUs) {
        return nowUs - (sent[HopFlows.END] ^ Long.MIN_VALUE) <= rules.withinUs();
    }

    private void await(long nowUs) {
        if (waiting.size() >= waitingMost) {
            waiting.removeIf(sent -> !waits(sent, nowUs));
            waitingMost = Math.min(MAX_WAITING, Math.max(MANY, waiting.size() * 2));
        }
        if (waiting.size() == MAX_WAITING) {
            waiting.remove();
            impatient = true;
        }
        waiting.add(row.clone());
    }
}
