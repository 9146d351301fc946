package dev.rearview.collector.ledger;

import dev.rearview.collector.log.Log;
import dev.rearview.ingest.Causes;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.FlowClass;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorBlock;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Says why something of an exporter is lost, and what to do: once for each exporter and cause
/// while it is in the ledger, after which losses are only counted. Addresses are easily made up, so
/// that no more than some lines come in a minute; those held back come when they occur again.
public final class LossCauses implements Causes {
    /// Lines in a minute.
    static final int MAX_LINES = 32;

    private static final long MINUTE_MS = 60_000;

    /// What is said once.
    enum Cause {
        VERSION,
        FAILURE,
        HOST,
        TEMPLATE,
        SENSOR,
        TIMES
    }

    private final LossLedger ledger;
    private final Log log;
    private final LongSupplier clockMs;
    private long minuteMs;
    private int lines;

    /// @param clockMs that nobody sets back
    public LossCauses(LossLedger ledger, Log log, LongSupplier clockMs) {
        this.ledger = ledger;
        this.log = log;
        this.clockMs = clockMs;
        this.minuteMs = clockMs.getAsLong();
    }

    private synchronized void tell(String probe, String exporter, Cause cause, String text) {
        long now = clockMs.getAsLong();
        if (now - minuteMs >= MINUTE_MS) {
            minuteMs = now;
            lines = 0;
        }
        if (lines < MAX_LINES && ledger.name(probe, exporter, cause)) {
            lines++;
            log.warning(text);
        }
    }

    @Override
    public void version(Probe probe, InetAddress from, ByteBuffer bytes) {
        String address = from.getHostAddress();
        tell(
                probe.name(),
                address,
                Cause.VERSION,
                ("%s arrived on %s probe '%s' from %s and is dropped: give the probe that type,"
                                + " or set the exporter to it")
                        .formatted(protocol(bytes), probe.type().keyword(), probe.name(), address));
    }

    @Override
    public void failure(Probe probe, InetAddress from, String failure) {
        String address = from.getHostAddress();
        tell(
                probe.name(),
                address,
                Cause.FAILURE,
                ("'%s': a message from %s is dropped, as its decoder failed: %s; please report"
                                + " that, with a capture if you can")
                        .formatted(probe.name(), address, failure));
    }

    /// What a datagram is by its first octets.
    static String protocol(ByteBuffer bytes) {
        if (bytes.remaining() < 2) {
            return "A datagram of %d octets".formatted(bytes.remaining());
        }
        int version = ExportFormat.version(bytes);
        Optional<ExportFormat> format = ExportFormat.of(version);
        if (format.equals(Optional.of(ExportFormat.SFLOW))) {
            return bytes.remaining() >= 4
                    ? "sFlow v" + Integer.toUnsignedString(bytes.getInt(bytes.position()))
                    : "Version 0";
        }
        return format.map(ExportFormat::label).orElse("Version " + version);
    }

    @Override
    public void host(InetAddress from, ListenAddress to) {
        host("A datagram arrived at UDP port %d from %s and is dropped", from, to);
    }

    @Override
    public void sessionHost(InetAddress from, ListenAddress to) {
        host("A session was opened to TCP port %d from %s and is closed", from, to);
    }

    private void host(String what, InetAddress from, ListenAddress to) {
        String address = from.getHostAddress();
        tell(
                LossLedger.NONE,
                address,
                Cause.HOST,
                what.formatted(to.port(), address)
                        + ": no probe of that port accepts the host (accept-from-host)");
    }

    /// Data whose template did not come.
    ///
    /// @param templates names them, if they are known
    void template(String probe, String exporter, String templates) {
        tell(
                probe,
                exporter,
                Cause.TEMPLATE,
                ("'%s': data from %s is lost, as its template did not come%s: have the exporter"
                                + " send templates more often")
                        .formatted(probe, sender(exporter), templates));
    }

    @Override
    public void sensor(Configuration configuration, Probe probe, String exporter, FlowRecord r) {
        tell(
                probe.name(),
                exporter,
                Cause.SENSOR,
                "'%s': flows from %s are lost: %s"
                        .formatted(
                                probe.name(), sender(exporter), missing(configuration, probe, r)));
    }

    private static String missing(Configuration c, Probe probe, FlowRecord r) {
        List<SensorBlock> blocks = c.sensors().sensorsOf(probe);
        if (blocks.isEmpty()) {
            return "no sensor in sensor.conf names the probe";
        }
        FlowClass own = c.site().packingClass().orElseThrow();
        PackingLogic logic = c.logic();
        return blocks.stream()
                .filter(b -> !b.discards(r))
                .map(b -> logic.typeOf(b, r).type())
                .filter(type -> own.types().stream().noneMatch(t -> t.type().equals(type)))
                .findFirst()
                .map(type ->
                        ("class '%s' of silk.conf has no type '%s', which the packing"
                                        + " logic needs")
                                .formatted(own.name(), type))
                .orElse("no sensor or type could be decided");
    }

    @Override
    public void times(Probe probe, String exporter, long startUs) {
        Instant start =
                Instant.EPOCH.plus(startUs, ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS);
        tell(
                probe.name(),
                exporter,
                Cause.TIMES,
                ("'%s': flows from %s start too far from now (%s), their times are replaced by that"
                                + " of receipt: set the exporter's clock; softflowd -r needs -a; see"
                                + " --time-window and --replay")
                        .formatted(probe.name(), sender(exporter), start));
    }

    private static String sender(String exporter) {
        return exporter.equals(LossLedger.NONE) ? "polled files" : exporter;
    }
}
