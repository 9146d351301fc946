package dev.rearview.engine.plan;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.text.TimeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A plan as a person reads it: a line for each step, in the order in which flows take them.
public final class PlanDescription implements FlowPlan.Cases<List<String>> {
    private PlanDescription() {}

    public static List<String> of(FlowPlan plan) {
        return plan.accept(new PlanDescription());
    }

    @Override
    public List<String> files(FlowPlan.Files p) {
        return p.names().equals(List.of("-"))
                ? List.of("input       standard input")
                : List.of("input       " + String.join(" ", p.names()));
    }

    @Override
    public List<String> hours(FlowPlan.Hours p) {
        TimeFormat time = TimeFormat.DEFAULT.withMilliseconds(false);
        StringBuilder line =
                new StringBuilder("input       hours of ").append(p.root()).append(": ");
        time.format(p.firstMs(), line);
        line.append(" to ");
        time.format(p.lastMs(), line);
        line.append(", ").append(String.join(",", p.flowtypes()));
        if (!p.sensors().isEmpty()) {
            line.append(", ").append(String.join(",", p.sensors()));
        }
        return List.of(line.toString());
    }

    @Override
    public List<String> upstream(FlowPlan.Upstream p) {
        return List.of("input       batches of the command before");
    }

    @Override
    public List<String> policy(FlowPlan.Policy p) {
        return p.policy() == Ipv6Policy.MIX
                ? p.of().accept(this)
                : after(p.of(), "policy      " + p.policy().name().toLowerCase(Locale.ROOT));
    }

    @Override
    public List<String> filter(FlowPlan.Filter p) {
        return after(p.of(), "filter      " + p.predicate().text());
    }

    @Override
    public List<String> sort(FlowPlan.Sort p) {
        StringBuilder line = new StringBuilder("sort        by ");
        for (Expr key : p.keys()) {
            line.append(key.equals(p.keys().getFirst()) ? "" : ", ").append(key.text());
        }
        line.append(p.reverse() ? ", from high to low" : "");
        return after(p.of(), line.append(p.presorted() ? ", merged" : "").toString());
    }

    @Override
    public List<String> first(FlowPlan.First p) {
        return after(p.of(), String.format(Locale.ROOT, "first       %,d", p.rows()));
    }

    private List<String> after(FlowPlan of, String line) {
        List<String> out = new ArrayList<>(of.accept(this));
        out.add(line);
        return out;
    }
}
