package dev.rearview.collector.sockets;

import dev.rearview.collector.log.HostLog;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Routing;
import dev.rearview.model.MalformedInputException;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The TCP sessions. Where there are as many as may be, the one that has been idle longest makes
/// room, those that never sent a valid message first: nobody is locked out for long.
public final class Sessions implements Closeable {
    /// Sessions of one host.
    static final int MAX_OF_HOST = 64;

    /// Sessions of one probe.
    static final int MAX_OF_PROBE = 512;

    /// All sessions: each is an open file.
    static final int MAX = 1024;

    /// How long an exporter may have nothing to tell.
    static final long IDLE_MS = 30 * 60_000;

    /// How long after connecting the first valid message may take.
    static final long HANDSHAKE_MS = 30_000;

    private static final Comparator<TcpSession> FIRST_TO_GO =
            Comparator.comparing(TcpSession::isValid).thenComparingLong(TcpSession::lastMs);

    /// Stands for senders that are not known yet.
    private static final InetAddress ANYBODY = InetAddress.ofLiteral("0.0.0.0");

    private final Selector selector;
    private final StateBudget budget;
    private final Accounts accounts;
    private final Notices notices;
    private final HostLog hostLog;
    private final LongSupplier clockMs;
    private final TcpSession.Messages messages;
    private final Set<TcpSession> open = new LinkedHashSet<>();
    private int next = new SecureRandom().nextInt();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(2 * (TcpSession.MAX_MESSAGE + 1));

    /// @param budget what sessions may hold of messages that have not come to their end
    /// @param clockMs that nobody sets back
    /// @param messages takes what exporters send
    public Sessions(
            Selector selector,
            StateBudget budget,
            Accounts accounts,
            LongSupplier clockMs,
            TcpSession.Messages messages) {
        this.selector = selector;
        this.budget = budget;
        this.accounts = accounts;
        this.notices = accounts.notices();
        this.hostLog = new HostLog(notices, clockMs);
        this.clockMs = clockMs;
        this.messages = messages;
    }

    int count() {
        return open.size();
    }

    /// Takes a connection that waits, if its host may send to this port.
    public void accept(ServerSocketChannel server, ListenAddress address, Routing routing) {
        SocketChannel channel = null;
        try {
            channel = server.accept();
            if (channel == null) {
                return;
            }
            InetAddress from = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            Optional<Probe> probe = routing.sessionProbe(address, from);
            if (probe.isEmpty()) {
                accounts.ledger()
                        .of(Ledger.NONE, from.getHostAddress())
                        .drop(Drop.DISALLOWED_HOST, 1);
                accounts.causes().sessionHost(from, address);
                channel.close();
                return;
            }
            TcpSession session =
                    new TcpSession(
                            channel, address, probe.get(), number(), budget, clockMs.getAsLong());
            makeRoom(session);
            channel.register(selector, SelectionKey.OP_READ, session);
            open.add(session);
        } catch (IOException e) {
            hostLog.warn(ANYBODY, "TCP port " + address.port() + ": " + e.getMessage());
            closeQuietly(channel);
            if (channel == null && !open.isEmpty()) {
                // The process has no room for one more file.
                evict(open.stream().min(FIRST_TO_GO).orElseThrow());
            }
        }
    }

    /// A number that no session has, nor had one of an earlier run whose journal is still there, as
    /// the first one was drawn by lot.
    private int number() {
        next += next == -1 ? 2 : 1;
        return next;
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was not open yet.
            return;
        }
    }

    private void makeRoom(TcpSession wanted) {
        InetAddress host = wanted.peer().getAddress();
        String probe = wanted.probe().name();
        limit(s -> s.peer().getAddress().equals(host), MAX_OF_HOST);
        limit(s -> s.probe().name().equals(probe), MAX_OF_PROBE);
        limit(s -> true, MAX);
    }

    private void limit(Predicate<TcpSession> of, int max) {
        List<TcpSession> those = open.stream().filter(of).toList();
        if (those.size() >= max) {
            evict(those.stream().min(FIRST_TO_GO).orElseThrow());
        }
    }

    /// Ends a session, if it is still there, for what it announced has to make room.
    public void evict(int number) {
        for (TcpSession s : List.copyOf(open)) {
            if (s.number() == number) {
                tellEvicted(s);
                close(s);
            }
        }
    }

    private void tellEvicted(TcpSession session) {
        hostLog.warn(
                session.peer().getAddress(),
                "TCP session of " + session.peer() + " makes room for another");
    }

    private void evict(TcpSession session) {
        counters(session).drop(Drop.TABLE_FULL, 1);
        tellEvicted(session);
        close(session);
    }

    private Counters counters(TcpSession session) {
        return accounts.ledger()
                .of(session.probe().name(), session.peer().getAddress().getHostAddress());
    }

    /// Reads what a session sent.
    public void read(TcpSession session) {
        try {
            if (!session.drain(scratch, clockMs.getAsLong(), messages)) {
                close(session);
            }
        } catch (MalformedInputException e) {
            counters(session).drop(Drop.MALFORMED, 1);
            hostLog.warn(session.peer().getAddress(), String.valueOf(e.getMessage()));
            close(session);
        } catch (IOException e) {
            hostLog.warn(
                    session.peer().getAddress(),
                    "TCP session of " + session.peer() + ": " + e.getMessage());
            close(session);
        }
        relieve(session);
    }

    /// Lets sessions go while all together hold more than they may.
    ///
    /// @param keep one that stays
    private void relieve(TcpSession keep) {
        while (budget.isExceeded()) {
            Optional<TcpSession> first =
                    open.stream().filter(s -> s != keep && s.octets() > 0).min(FIRST_TO_GO);
            if (first.isEmpty()) {
                return;
            }
            evict(first.get());
        }
    }

    /// Ends sessions that have been idle for too long, or never began.
    public void expire() {
        long now = clockMs.getAsLong();
        for (TcpSession s : List.copyOf(open)) {
            if (!s.isValid() && now - s.sinceMs() > HANDSHAKE_MS) {
                hostLog.warn(
                        s.peer().getAddress(),
                        "TCP session of " + s.peer() + ": no message came in time");
                close(s);
            } else if (now - s.lastMs() > IDLE_MS) {
                notices.info("TCP session of " + s.peer() + " was idle");
                close(s);
            }
        }
        hostLog.tell();
    }

    /// Ends sessions that the configuration no longer has.
    public void closeUnless(Predicate<TcpSession> allowed) {
        for (TcpSession s : List.copyOf(open)) {
            if (!allowed.test(s)) {
                close(s);
            }
        }
    }

    private void close(TcpSession session) {
        if (!open.remove(session)) {
            return;
        }
        messages.ended(session);
        try {
            session.close();
        } catch (IOException e) {
            notices.warning("TCP session of " + session.peer() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closeUnless(s -> false);
        hostLog.close();
    }
}
