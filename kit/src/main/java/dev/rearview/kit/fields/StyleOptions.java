package dev.rearview.kit.fields;

import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.site.Site;
import dev.rearview.text.IpFormat;
import dev.rearview.text.TimeFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The switches that say how values look: timestamps, addresses, sensors and flags.
public final class StyleOptions {
    private final Env env;
    private final boolean mayCutMilliseconds;
    private @Nullable TimeFormat time;
    private @Nullable IpFormat ip;
    private boolean zeroPad;
    private boolean integer;
    private boolean integerSensors;
    private boolean integerFlags;

    public StyleOptions(Env env) {
        this(env, false);
    }

    /// @param mayCutMilliseconds whether `--timestamp-format` knows `no-msec`
    public StyleOptions(Env env, boolean mayCutMilliseconds) {
        this.env = env;
        this.mayCutMilliseconds = mayCutMilliseconds;
    }

    public void declareAll(Options options) {
        declareTime(options);
        declareIp(options);
        options.flag("integer-sensors", "Print sensors as numbers", () -> integerSensors = true);
        options.flag("integer-tcp-flags", "Print TCP flags as numbers", () -> integerFlags = true);
    }

    public void declareTimeFormat(Options options) {
        options.value(
                        "timestamp-format",
                        "FORMAT",
                        "Print times as default, iso, m/d/y or epoch, with utc or local"
                                + (mayCutMilliseconds ? ", and no-msec" : ""),
                        value -> time = timeFormat(value))
                .words(() -> List.of("default", "iso", "m/d/y", "epoch", "utc", "local"));
    }

    private TimeFormat timeFormat(String value) {
        TimeFormat format = TimeFormat.parse(value, env.context()::zone);
        if (!format.milliseconds() && !mayCutMilliseconds) {
            throw new IllegalArgumentException("no-msec is for rwcut");
        }
        return format;
    }

    public void declareTime(Options options) {
        declareTimeFormat(options);
        options.flag(
                "epoch-time", "Same as --timestamp-format=epoch", () -> time = TimeFormat.EPOCH);
        declareOldTime(options);
    }

    /// `--legacy-timestamps`.
    public void declareOldTime(Options options) {
        options.optional(
                "legacy-timestamps",
                "0|1",
                "Same as --timestamp-format=m/d/y,no-msec where no value or 1 is given",
                value -> {
                    time =
                            !value.isEmpty() && !value.equals("1")
                                    ? TimeFormat.DEFAULT
                                    : TimeFormat.OLD;
                });
    }

    public void declareIp(Options options) {
        options.value(
                        "ip-format",
                        "FORMAT",
                        "Print addresses as canonical, no-mixed, decimal or hexadecimal, with map-v4,"
                                + " unmap-v6, force-ipv6 or zero-padded",
                        value -> {
                            ip = IpFormat.parse(value);
                            integer = false;
                        })
                .words(() ->
                        List.of(
                                "canonical",
                                "no-mixed",
                                "decimal",
                                "hexadecimal",
                                "map-v4",
                                "unmap-v6",
                                "force-ipv6",
                                "zero-padded"));
        declareOldIp(options);
    }

    public void declareOldIp(Options options) {
        options.flag(
                "integer-ips",
                "Same as --ip-format=decimal",
                () -> {
                    ip = IpFormat.parse("decimal");
                    integer = true;
                });
        options.flag("zero-pad-ips", "Same as --ip-format=zero-padded", () -> zeroPad = true);
    }

    public TimeFormat time() {
        TimeFormat given = time;
        return given != null
                ? given
                : env.setting("SILK_TIMESTAMP_FORMAT", this::timeFormat).orElse(TimeFormat.DEFAULT);
    }

    /// Whether a switch says how addresses look.
    public boolean hasIpFormat() {
        return ip != null || zeroPad;
    }

    public IpFormat ip() {
        IpFormat given = ip;
        if (zeroPad && (given == null || integer)) {
            return IpFormat.CANONICAL.padded();
        }
        return given != null
                ? given
                : env.setting("SILK_IP_FORMAT", IpFormat::parse).orElse(IpFormat.CANONICAL);
    }

    public FieldStyle style(Site site, Ipv6Policy policy, boolean padded, TimeFormat times) {
        FieldStyle.Addresses addresses = new FieldStyle.Addresses(ip(), policy.allowsV6());
        return new FieldStyle(site, times, addresses, integerSensors, integerFlags, padded);
    }
}
