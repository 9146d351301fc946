package dev.rearview.tools.contacts;

import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.plan.ContactBounds;
import dev.rearview.engine.plan.ContactRules;
import dev.rearview.engine.plan.ContactRules.Part;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.fields.Grouping;
import dev.rearview.kit.fields.StyleOptions;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.EmptyOption;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.CompletenessOption;
import dev.rearview.kit.site.SelectionOptions;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.text.IpRange;
import dev.rearview.text.Names;
import dev.rearview.text.TimeText;
import dev.rearview.tools.rwfilter.Partition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/// `rearview contacts`: the contacts of a host after a time, those of the hosts that it contacted
/// after that contact, and so on.
public final class Contacts implements FlowTool {
    private static final long DEFAULT_WITHIN_MS = 60_000;

    private final Env env;
    private final SiteOption site;
    private final SelectionOptions selection;
    private final Inputs inputs;
    private final Partition partition;
    private final StyleOptions style;
    private final TableOptions table;
    private final EmptyOption empty = new EmptyOption();
    private final CompletenessOption completeness;
    private Optional<TimeText.Moment> from = Optional.empty();
    private Optional<TimeText.Moment> to = Optional.empty();
    private int hops = 3;
    private Part part = Part.ANY;
    private boolean answered;
    private long withinMs = DEFAULT_WITHIN_MS;
    private long mostClients;
    private int maxHosts = 10_000;
    private int maxContacts = 1_000;
    private int maxRows = 1_000_000;
    private boolean graphviz;

    /// Whether anything could not be read, which a message has told. Set by any thread of a scan.
    private volatile boolean failed;

    public Contacts(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.selection = new SelectionOptions(env, site, true);
        this.inputs = new Inputs();
        this.partition = new Partition(env, site);
        this.style = new StyleOptions(env);
        this.table = new TableOptions(env);
        this.completeness = new CompletenessOption(env);
        inputs.references(partition.files());
    }

    @Override
    public String name() {
        return "contacts";
    }

    @Override
    public String summary() {
        return "Tell whom a host contacted since a time, and whom those contacted afterwards";
    }

    @Override
    public String usage() {
        return "HOST --from=TIME [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return """
        HOST is an address, a CIDR block, several of them with commas between, or a file with an IP\
         set. Flows come from the repository unless FILES are named; - is standard input.

        A host is reached at the start of the first flow that a host reached before has sent to it;\
         HOST itself is reached at --from. Of a host that is reached, those flows count that it\
         sends at or after that moment: what it did before does not, nor what was under way. With\
         --hops=N the longest way has N contacts, so that hosts reached by fewer than N are\
         followed; each is taken to be reached as early as so many contacts can have done it. A\
         row is a pair of hosts: hop is the number of contacts on the way, path the hosts on it,\
         first and last the first start and the last end of the flows. services are the\
         protocols, and the ports of whichever host is the server; role says whether the sender\
         was client or server in these conversations.

        Client is who sent SYN first where flags tell it, who asked in ICMP, otherwise who has the\
         higher port; with equal ports, or none, a host may be both. With --answered a flow\
         counts if the other host answered: if it sent a flow of the same protocol with the ports\
         exchanged, that is not a mere TCP reset, and that starts no longer than --within before\
         the flow's start or after its end; or if the TCP flow itself has an ACK together with PSH\
         or FIN, which needs an established connection.

        Where a bound is met, a message says so and the exit status is 1.\
        """;
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Has the compromised server spread its malware",
                        "rearview contacts 192.0.2.21 --from=2026/11/24:13:05 --hops=3 --answered"
                                + " --direction=client --popular=50"),
                new Example(
                        "Whom it reached over SMB and SSH, as a picture",
                        "rearview contacts 192.0.2.21 --from=-2d --proto=6 --dport=22,445 --graphviz"
                                + " | dot -Tsvg > spread.svg"),
                new Example(
                        "In the flows of a file",
                        "rearview contacts 2001:db8::21 --from=2026/11/24 --to=2026/11/25 flows.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "from",
                "TIME",
                "When HOST is reached, such as 2026/11/24:13:05 or -2d",
                v -> from = Optional.of(TimeText.parse(v)));
        options.value(
                "to",
                "TIME",
                "Last start of a flow that counts, through the end of the day, hour or minute it"
                        + " names; default now, of files none",
                v -> to = Optional.of(TimeText.parse(v)));
        number(
                options,
                "hops",
                "Contacts on the longest way; default 3",
                Product.Contacts.MAX_HOPS,
                n -> hops = n);
        declareNoise(options);
        int max = ContactBounds.MAX;
        number(
                options,
                "max-hosts",
                "Hosts that are reached and followed, the earliest of each hop; default 10000",
                max,
                n -> maxHosts = n);
        number(
                options,
                "max-contacts",
                "Contacts that are kept of a host, the earliest; default 1000",
                max,
                n -> maxContacts = n);
        number(
                options,
                "max-rows",
                "Contacts that are kept in all; default 1000000",
                max,
                n -> maxRows = n);
        options.flag(
                "graphviz",
                "Print the graph in the language of Graphviz's dot",
                () -> graphviz = true);
        empty.declare(options, "contact is found");
        completeness.declare(options);
        selection.declareTypes(options);
        site.declareRoot(options);
        partition.declare(options);
        style.declareTimeFormat(options);
        style.declareIp(options);
        table.declareAll(options);
        inputs.declare(options);
        site.declare(options);
    }

    private void declareNoise(Options options) {
        options.value(
                        "direction",
                        "PART",
                        "Count contacts as any, client or server; default any",
                        v ->
                                part =
                                        Names.constant(
                                                v.toLowerCase(Locale.ROOT),
                                                Part.values(),
                                                "direction"))
                .words(() -> Names.words(Part.values()));
        options.flag(
                "answered", "Count only flows that the other host answered", () -> answered = true);
        options.value(
                "within",
                "SECONDS",
                "How far off a flow an answer may start; default 60",
                v -> withinMs = Grouping.milliseconds(v));
        options.value(
                "popular",
                "NUM",
                "Leave out hosts with which more than NUM hosts began conversations in the window",
                v -> mostClients = SwitchValues.positive(v, Long.MAX_VALUE));
    }

    private static void number(
            Options options, String name, String help, int max, IntConsumer action) {
        options.value(name, "NUM", help, v -> action.accept((int) SwitchValues.positive(v, max)));
    }

    // Query -----------------------------------------------------------------------------------

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (operands.isEmpty()) {
            throw new ToolException("name a host: an address, a CIDR block or an IP set file");
        }
        long fromMs = from.orElseThrow(() -> new ToolException("--from is required")).ms();
        SetRef hosts = hosts(operands.getFirst());
        boolean fromFiles = operands.size() > 1 || inputs.names().hasXargs();
        long toMs = toMs(fromFiles);
        if (toMs < fromMs) {
            throw new ToolException("--to is before --from");
        }
        long slackMs = answered ? withinMs : 0;
        FlowPlan flows;
        if (fromFiles) {
            if (site.hasRootSwitch()) {
                throw new ToolException("--data-rootdir does not go with named inputs");
            }
            completeness.refuse();
            selection.tests().forEach(partition::add);
            flows = inputs.plan(inputs.names().named(operands.subList(1, operands.size())));
        } else if (env.upstream().isPresent()) {
            throw new ToolException(
                    "flows come from the repository: name - to read the command before");
        } else {
            flows = selection.plan(hours(fromMs - slackMs, toMs + slackMs));
        }
        ContactRules rules =
                new ContactRules(
                        partition.predicate(), part, answered, withinMs * 1000, mostClients);
        return Optional.of(
                new Query(
                        flows,
                        new Product.Contacts(
                                hosts,
                                fromMs * 1000,
                                toMs > Long.MAX_VALUE / 1000 - 1
                                        ? Long.MAX_VALUE
                                        : toMs * 1000 + 999,
                                hops,
                                rules,
                                new ContactBounds(maxHosts, maxContacts, maxRows))));
    }

    private long toMs(boolean fromFiles) {
        return to.map(TimeText.Moment::endMs)
                .orElseGet(() -> fromFiles ? Long.MAX_VALUE : TimeText.parse("now").endMs());
    }

    private static SelectionOptions.Hours hours(long firstMs, long lastMs) {
        return new SelectionOptions.Hours(
                firstMs - Math.floorMod(firstMs, TimeText.HOUR_MS),
                lastMs - Math.floorMod(lastMs, TimeText.HOUR_MS));
    }

    private SetRef hosts(String text) {
        try {
            return new SetRef.Ranges(IpRange.parseList(text));
        } catch (IllegalArgumentException e) {
            if (Files.exists(env.path(text))) {
                return new SetRef.File(text);
            }
            throw new ToolException(
                    "'" + text + "' is neither an address nor a CIDR block, nor an IP set file");
        }
    }

    /// The inputs: one that cannot be read is told once, though it is opened for each hop, and the
    /// others are read.
    private final class Inputs extends FlowInputs {
        private final Set<String> told = new HashSet<>();

        Inputs() {
            super(env, site);
        }

        @Override
        public synchronized boolean goesOn(IOException e) {
            env.context().check();
            failed = true;
            if (told.add(Runner.describe(e))) {
                tell(e);
            }
            return true;
        }
    }

    // Result ----------------------------------------------------------------------------------

    @Override
    public int run(Query query) throws IOException {
        table.checkNew();
        try (QueryRun run = inputs.open(query)) {
            run.read();
            if (query.flows() instanceof FlowPlan.Hours hours) {
                completeness.tell(hours);
            }
            ContactGraph graph = run.contacts(0);
            try (OutputStream out = table.open()) {
                if (graphviz) {
                    new GraphText(style).write(graph, out);
                } else {
                    new ContactRows(style, table).write(graph, out);
                }
            }
            boolean isCut = tellOmitted(graph.omitted());
            return failed || isCut ? 1 : empty.status(graph.contacts().size());
        }
    }

    /// @return whether anything was left out
    private boolean tellOmitted(ContactGraph.Omitted omitted) {
        if (omitted.notFollowed() > 0) {
            note(
                    "%,d hosts more were reached, and are not followed",
                    omitted.notFollowed(), "hosts");
        }
        if (omitted.cutContacts() > 0) {
            note(
                    "%,d later contacts of hosts with many of them are left out",
                    omitted.cutContacts(), "contacts");
        }
        if (omitted.full()) {
            note("there are more than %,d contacts; the others are left out", maxRows, "rows");
        }
        if (omitted.impatient()) {
            env.tell(
                    "so many flows of one conversation waited for an answer"
                            + " that the first of them count as unanswered");
        }
        return omitted.isCut();
    }

    private void note(String format, long number, String what) {
        String text = String.format(Locale.ROOT, format, number);
        env.tell(text + " (see --max-" + what + ")");
    }
}
