package dev.rearview.engine.plan;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.text.Names;
import dev.rearview.text.TimeFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A plan as a person reads it: a line for each step, in the order in which flows take them.
public final class PlanDescription implements FlowPlan.Cases<List<String>> {
    private PlanDescription() {}

    public static List<String> of(FlowPlan plan) {
        return plan.accept(new PlanDescription());
    }

    /// The same of a query, with a line for each of its products.
    public static List<String> of(Query query) {
        List<String> out = new ArrayList<>(of(query.flows()));
        query.products().forEach(p -> out.addAll(p.accept(new Products())));
        return out;
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
        StringBuilder line = new StringBuilder("sort        by ").append(texts(p.keys()));
        line.append(p.reverse() ? ", from high to low" : "");
        return after(p.of(), line.append(p.presorted() ? ", merged" : "").toString());
    }

    @Override
    public List<String> first(FlowPlan.First p) {
        return after(p.of(), String.format(Locale.ROOT, "first       %,d", p.rows()));
    }

    @Override
    public List<String> skip(FlowPlan.Skip p) {
        return after(p.of(), String.format(Locale.ROOT, "leave out   the first %,d", p.rows()));
    }

    @Override
    public List<String> copy(FlowPlan.Copy p) {
        return after(p.of(), "copy        to " + p.path());
    }

    @Override
    public List<String> mask(FlowPlan.Mask p) {
        StringBuilder line = new StringBuilder("cut         ");
        for (FlowPlan.Prefixes cut : p.addresses()) {
            line.append(line.charAt(line.length() - 1) == ' ' ? "" : ", ");
            line.append(Expr.of(cut.address()).text());
            line.append(" to ").append(cut.ipv4Bits()).append(" bits");
            line.append(", of IPv6 to ").append(cut.ipv6Bits());
        }
        return after(p.of(), line.toString());
    }

    @Override
    public List<String> randomize(FlowPlan.Randomize p) {
        String how = p.octets().isEmpty() ? "at random" : "octet by octet";
        return after(
                p.of(),
                "randomize   "
                        + how
                        + ", sources where "
                        + p.sources().text()
                        + ", destinations where "
                        + p.destinations().text());
    }

    @Override
    public List<String> combine(FlowPlan.Combine p) {
        String idle =
                p.maxIdleMs() == Long.MAX_VALUE
                        ? ""
                        : String.format(Locale.ROOT, ", at most %,d ms apart", p.maxIdleMs());
        return after(
                p.of(),
                "combine     parts with the same "
                        + texts(p.same().stream().map(Expr::of).toList())
                        + idle);
    }

    @Override
    public List<String> match(FlowPlan.Match p) {
        List<String> out = new ArrayList<>(p.queries().accept(this));
        out.addAll(p.responses().accept(this));
        out.add("match       " + texts(p.queryKeys()) + " with " + texts(p.responseKeys()));
        return out;
    }

    @Override
    public List<String> distinct(FlowPlan.Distinct p) {
        StringBuilder line = new StringBuilder("distinct    by ").append(texts(p.same()));
        p.near().forEach(n -> near(n, line));
        return after(p.of(), line.toString());
    }

    private static void near(FlowPlan.Near n, StringBuilder line) {
        line.append(line.charAt(line.length() - 1) == ' ' ? "" : ", ");
        line.append(FlowFields.textOf(n.of()));
        line.append(n.of().words() == 1 ? " within " : " but for bits ").append(n.most());
    }

    @Override
    public List<String> tag(FlowPlan.Tag p) {
        StringBuilder line = new StringBuilder("number      groups by ").append(texts(p.same()));
        p.near().ifPresent(n -> near(n, line));
        line.append(p.options().objective() ? ", compared with the first" : "");
        if (p.options().least() > 1) {
            line.append(String.format(Locale.ROOT, ", of at least %,d", p.options().least()));
        }
        return after(p.of(), line.append(p.options().sums() ? ", summed up" : "").toString());
    }

    private static String texts(List<Expr> expressions) {
        return expressions.stream().map(FlowFields::textOf).collect(Collectors.joining(", "));
    }

    private List<String> after(FlowPlan of, String line) {
        List<String> out = new ArrayList<>(of.accept(this));
        out.add(line);
        return out;
    }

    /// What is made of flows, a line each.
    private static final class Products implements Product.Cases<List<String>> {
        @Override
        public List<String> rows(Product.Rows p) {
            String last =
                    p.last() > 0 ? String.format(Locale.ROOT, " of the last %,d", p.last()) : "";
            return List.of("rows        " + texts(p.columns()) + last);
        }

        @Override
        public List<String> flows(Product.Flows p) {
            return List.of("write       " + place(p.path()));
        }

        private static String place(String path) {
            return path.equals("-") || path.equals("stdout") ? "to standard output" : "to " + path;
        }

        @Override
        public List<String> split(Product.Split p) {
            List<String> out = new ArrayList<>();
            out.add("filter      " + p.test().text());
            for (Product.Output o : p.outputs()) {
                String most =
                        p.most(o.part()) > 0
                                ? String.format(Locale.ROOT, ", at most %,d", p.most(o.part()))
                                : "";
                out.add(
                        "write       "
                                + switch (o.part()) {
                                    case PASSING -> "what passes ";
                                    case FAILING -> "what fails ";
                                    case ALL -> "all ";
                                }
                                + place(o.path())
                                + most);
            }
            if (p.counting() != Product.Counting.ROWS) {
                boolean volumes = p.counting() == Product.Counting.VOLUMES;
                out.add("count       flows" + (volumes ? ", packets and bytes" : ""));
            }
            return out;
        }

        @Override
        public List<String> groups(Product.Groups p) {
            String values =
                    p.values().stream()
                            .map(v ->
                                    v.kind() == Aggregate.Kind.COUNT
                                            ? "count"
                                            : v.kind().name().toLowerCase(Locale.ROOT)
                                                    + " of "
                                                    + FlowFields.textOf(v.of()))
                            .collect(Collectors.joining(", "));
            return List.of(
                    p.keys().isEmpty()
                            ? "total       " + values
                            : (p.runs() ? "runs        by " : "group       by ")
                                    + texts(p.keys())
                                    + ": "
                                    + values);
        }

        @Override
        public List<String> bins(Product.Bins p) {
            String scheme = Names.word(p.scheme());
            return List.of(
                    String.format(
                            Locale.ROOT, "bin         by time, %,d ms, %s", p.sizeMs(), scheme));
        }

        @Override
        public List<String> addresses(Product.Addresses p) {
            return List.of("set         of " + texts(p.of().stream().map(Expr::of).toList()));
        }

        @Override
        public List<String> sizes(Product.Sizes p) {
            return List.of(
                    "sizes       of all flows"
                            + (p.protocols().isEmpty()
                                    ? ""
                                    : " and of protocols " + p.protocols()));
        }

        @Override
        public List<String> difference(Product.Difference p) {
            List<String> out = new ArrayList<>(PlanDescription.of(p.from()));
            out.add("compare     the flows of both");
            return out;
        }

        @Override
        public List<String> contacts(Product.Contacts p) {
            List<String> out = new ArrayList<>();
            out.add("filter      " + p.rules().test().text());
            out.add(
                    String.format(
                            Locale.ROOT,
                            "contacts    of %s, %,d hops, one pass for each",
                            p.from().text(),
                            p.hops()));
            return out;
        }
    }
}
