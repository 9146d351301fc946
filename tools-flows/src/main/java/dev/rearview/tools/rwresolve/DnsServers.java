package dev.rearview.tools.rwresolve;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Asks name servers over UDP, each question from a port of its own that the system picks, and over
/// TCP where a datagram does not hold the answer. A server that answers nothing several times
/// running is left alone for a while, so that a dead one costs a pipeline some seconds and no more.
final class DnsServers implements Lookup {
    /// Questions without an answer after which a server is taken for dead.
    private static final int MOST_SILENT = 8;

    private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(30);

    /// Datagrams that are no answer to the question: somebody guesses.
    private static final int MOST_STRAY = 16;

    private final List<Server> servers;
    private final int attempts;
    private final long attemptNs;
    private final SecureRandom random = new SecureRandom();

    private static final class Server {
        private final InetSocketAddress address;
        private final AtomicInteger silent = new AtomicInteger();
        private final AtomicLong restsUntil = new AtomicLong();

        Server(InetSocketAddress address) {
            this.address = address;
        }

        boolean rests() {
            return silent.get() >= MOST_SILENT && restsUntil.get() - System.nanoTime() > 0;
        }

        void answered() {
            silent.set(0);
        }

        void missed() {
            if (silent.incrementAndGet() >= MOST_SILENT) {
                restsUntil.set(System.nanoTime() + PAUSE_NS);
            }
        }
    }

    /// @param rounds how often each server is asked
    /// @param timeoutMs for a name, whatever the number of servers
    DnsServers(List<InetSocketAddress> addresses, int rounds, long timeoutMs) {
        this.servers = addresses.stream().map(Server::new).toList();
        this.attempts = Math.max(1, rounds * servers.size());
        this.attemptNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs) / attempts;
    }

    @Override
    public Optional<String> name(long hi, long lo) {
        for (int i = 0; i < attempts; i++) {
            Server server = servers.get(i % servers.size());
            if (server.rests()) {
                continue;
            }
            try {
                byte[] question = DnsMessage.question(random.nextInt(1 << 16), hi, lo);
                long end = System.nanoTime() + attemptNs;
                Optional<DnsMessage.Answer> answer = ask(server.address, question, end);
                if (answer.isPresent() && answer.get().isTruncated()) {
                    answer = DnsStream.ask(server.address, question, end).or(untruncated(answer));
                }
                if (answer.isEmpty()) {
                    server.missed();
                    continue;
                }
                server.answered();
                if (answer.get().isFinal()) {
                    return answer.get().name();
                }
            } catch (IOException e) {
                // Nobody listens there, or there is no way there.
                server.missed();
            }
        }
        return Optional.empty();
    }

    /// What a datagram said, for want of the whole: a name in it counts, none does not.
    private static Supplier<Optional<DnsMessage.Answer>> untruncated(
            Optional<DnsMessage.Answer> answer) {
        return () ->
                answer.map(a ->
                        new DnsMessage.Answer(
                                a.isFinal() && a.name().isPresent(), false, a.name()));
    }

    /// @param end when to give up, of [System#nanoTime]
    /// @return empty where no answer came in time
    private static Optional<DnsMessage.Answer> ask(
            InetSocketAddress server, byte[] question, long end) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            // What others send does not arrive.
            socket.connect(server);
            socket.send(new DatagramPacket(question, question.length));
            byte[] octets = new byte[DnsMessage.MOST];
            for (int i = 0; i < MOST_STRAY; i++) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                Optional<DnsMessage.Answer> answer =
                        DnsMessage.answer(octets, packet.getLength(), question);
                if (answer.isPresent()) {
                    return answer;
                }
            }
        } catch (SocketTimeoutException e) {
            // Nothing came: that is no failure of the socket.
            return Optional.empty();
        }
        return Optional.empty();
    }
}
