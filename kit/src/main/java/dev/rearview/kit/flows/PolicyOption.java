package dev.rearview.kit.flows;

import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.options.Options;
import dev.rearview.text.Names;
import org.jspecify.annotations.Nullable;

/// `--ipv6-policy` and `SILK_IPV6_POLICY`.
public final class PolicyOption {
    private final Env env;
    private @Nullable Ipv6Policy policy;

    public PolicyOption(Env env) {
        this.env = env;
    }

    public void declare(Options options) {
        options.value(
                        "ipv6-policy",
                        "POLICY",
                        "How IPv4 and IPv6 flows are treated: ignore, asv4, mix, force or only",
                        name -> policy = parse(name))
                .words(() -> Names.words(Ipv6Policy.values()));
    }

    private static Ipv6Policy parse(String name) {
        return name.isEmpty()
                ? Ipv6Policy.MIX
                : Names.constant(name, Ipv6Policy.values(), "policy");
    }

    public Ipv6Policy policy() {
        Ipv6Policy given = policy;
        return given != null
                ? given
                : env.setting("SILK_IPV6_POLICY", PolicyOption::parse).orElse(Ipv6Policy.MIX);
    }
}
