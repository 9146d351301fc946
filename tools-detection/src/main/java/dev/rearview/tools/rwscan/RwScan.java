package dev.rearview.tools.rwscan;

import dev.rearview.engine.detect.ScanDetector;
import dev.rearview.engine.detect.Verdict;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.run.Outlets;
import dev.rearview.engine.run.QueryRun;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.kit.tables.TableOptions;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds sources that scan.
public final class RwScan implements FlowTool {
    private static final long MAX_NUMBER = 0xFFFF_FFFFL;

    private static final List<Field> FIELDS =
            List.of(
                    Field.SIP,
                    Field.DIP,
                    Field.SPORT,
                    Field.DPORT,
                    Field.PROTOCOL,
                    Field.PACKETS,
                    Field.BYTES,
                    Field.FLAGS,
                    Field.STIME,
                    Field.DURATION);

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private final TableOptions table;
    private ScanDetector.Model model = ScanDetector.Model.HYBRID;
    private Optional<String> internal = Optional.empty();
    private double theta0 = 0.8;
    private double theta1 = 0.2;
    private boolean withModel;
    private boolean integers;
    private boolean verboseFlows;
    private long verboseFrom = Verbose.NO_RESULTS;
    private int progressBits;

    public RwScan(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
        this.table = new TableOptions(env);
    }

    @Override
    public String name() {
        return "rwscan";
    }

    @Override
    public String summary() {
        return "Detect scanning activity in a SiLK dataset";
    }

    @Override
    public String usage() {
        return "[--trw-internal-set=SETFILE] [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return "Prints the sources of IPv4 flows that scan: with the threshold random walk, which"
                + " follows whether the addresses that a source contacts by TCP are in use, and with"
                + " Bayesian logistic regression over metrics of a source's flows of TCP, UDP or"
                + " ICMP, of which it needs 32. By default the walk is asked first, and the"
                + " regression where the walk finds no scan; scan_model then says which has found"
                + " it, and scan_prob is the likelihood ratio of the walk, or the probability of the"
                + " regression.\n\n"
                + "Flows have to be sorted by source, protocol and destination; a message says where"
                + " they are not. IPv6 flows count where their addresses stand for IPv4 ones.\n\n"
                + "The page on scan models of the reference says what is computed.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The addresses that are in use",
                        "rwfilter --start-date=2026/11/24 --type=out,outweb --all-destination=stdout"
                                + " | rwset --sip-file=internal.set"),
                new Example(
                        "Who scans them",
                        "rwfilter --start-date=2026/11/24 --type=in,inweb,innull"
                                + " --all-destination=stdout | rwsort --fields=sip,proto,dip"
                                + " | rwscan --trw-internal-set=internal.set"));
    }

    @Override
    public void declare(Options options) {
        declareModels(options);
        options.flag("integer-ips", "Print addresses as numbers", () -> integers = true);
        options.flag(
                "model-fields",
                "Also print which model found the scan, and its likelihood",
                () -> withModel = true);
        options.flag(
                "scandb",
                "Print for the table of rwscanquery: as with --no-titles --no-columns"
                        + " --no-final-delimiter --model-fields --integer-ips",
                () -> {
                    table.bare();
                    withModel = true;
                    integers = true;
                });
        options.value(
                "threads",
                "N",
                "Accepted for scripts: sources are judged while they are read",
                v -> IpText.parseUnsigned(v, MAX_NUMBER, "number of threads"));
        options.value(
                "queue-depth",
                "N",
                "Accepted for scripts: there is no queue",
                v -> IpText.parseUnsigned(v, MAX_NUMBER, "depth"));
        options.value(
                "verbose-progress",
                "BITS",
                "Tell on standard error of each block of addresses of this prefix length",
                v ->
                        progressBits =
                                (int) Math.min(IpText.parseUnsigned(v, MAX_NUMBER, "length"), 32));
        options.flag(
                "verbose-flows",
                "Print flows that are analysed on standard error",
                () -> verboseFlows = true);
        options.optional(
                "verbose-results",
                "N",
                "Print on standard error what is computed of each source, or of those of N flows",
                v ->
                        verboseFrom =
                                v.isEmpty()
                                        ? 0
                                        : IpText.parseUnsigned(v, MAX_NUMBER, "number of flows"));
        table.declareAll(options);
        inputs.declare(options);
        site.declare(options);
    }

    private void declareModels(Options options) {
        options.value(
                        "scan-model",
                        "MODEL",
                        "Which models are asked: 0 the walk, then the regression; 1 the walk; 2 the"
                                + " regression",
                        v ->
                                model =
                                        ScanDetector.Model.values()[
                                                (int) IpText.parseUnsigned(v, 2, "model")])
                .words(() -> List.of("0", "1", "2"));
        options.value(
                "trw-internal-set",
                "SETFILE",
                "The internal addresses that are in use, which the walk needs",
                v -> internal = Optional.of(v));
        options.alias("trw-sip-set", "trw-internal-set");
        options.value(
                "trw-theta0",
                "PROB",
                "How likely a connection of a benign source succeeds; default 0.8",
                v -> theta0 = likelihood(v));
        options.value(
                "trw-theta1",
                "PROB",
                "How likely a connection of a scanner succeeds; default 0.2",
                v -> theta1 = likelihood(v));
    }

    private static double likelihood(String text) {
        double value = NumberRange.decimal(text);
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException("must be between 0 and 1");
        }
        return value;
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (model != ScanDetector.Model.REGRESSION && internal.isEmpty()) {
            throw new ToolException("--trw-internal-set is required by this model");
        }
        List<Expr> columns = FIELDS.stream().<Expr>map(Expr::of).toList();
        return Optional.of(
                new Query(
                        inputs.plan(inputs.names(operands), Ipv6Policy.ASV4),
                        new Product.Rows(columns, 0)));
    }

    @Override
    public int run(Query query) throws IOException {
        IpSet active =
                model == ScanDetector.Model.REGRESSION
                        ? IpSet.EMPTY
                        : InputFiles.set(env, internal.orElseThrow());
        table.checkNew();
        var settings =
                new ScanDetector.Settings(
                        model, active, theta0, theta1, verboseFrom != Verbose.NO_RESULTS);
        try (Scans scans = new Scans(settings);
                QueryRun run = inputs.open(query, scans)) {
            boolean good = run.read();
            scans.end(good);
            return good ? 0 : 1;
        }
    }

    /// Judges flows as they come, and prints scans as they are found.
    private final class Scans implements Outlets, Closeable {
        private final ScanDetector detector;
        private final FlowRecord flow = new FlowRecord();
        private final Verbose verbose =
                new Verbose(env.err(), verboseFlows, verboseFrom, progressBits);
        private @Nullable OutputStream out;
        private @Nullable ScanTable text;
        private boolean isWarned;

        Scans(ScanDetector.Settings settings) {
            this.detector = new ScanDetector(settings, this::judged);
        }

        @Override
        public RowOutlet rows(Product.Rows product) throws IOException {
            text();
            return this::accept;
        }

        private ScanTable text() throws IOException {
            ScanTable known = text;
            if (known == null) {
                OutputStream opened = table.open();
                out = opened;
                known = new ScanTable(opened, table.layout(), withModel, integers);
                text = known;
            }
            return known;
        }

        private void accept(FlowBatch batch, long[][] columns, Selection rows) throws IOException {
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                flow.protocol = (int) columns[6][i];
                if (!isAnalysed(flow.protocol)) {
                    continue;
                }
                flow.sipLo = columns[1][i];
                flow.dipHi = columns[2][i];
                flow.dipLo = columns[3][i];
                flow.sport = (int) columns[4][i];
                flow.dport = (int) columns[5][i];
                flow.packets = columns[7][i];
                flow.bytes = columns[8][i];
                flow.flags = (int) columns[9][i];
                flow.stime = columns[10][i];
                flow.duration = columns[11][i];
                verbose.flow(flow);
                detector.add(flow);
            }
            if (!isWarned && !detector.isSorted()) {
                isWarned = true;
                env.tell(
                        "flows are not sorted by sip,proto,dip: a source may be"
                                + " judged in parts");
            }
        }

        private static boolean isAnalysed(int protocol) {
            return protocol == Protocols.TCP
                    || protocol == Protocols.UDP
                    || protocol == Protocols.ICMP;
        }

        private void judged(Verdict verdict) throws IOException {
            verbose.result(verdict);
            if (verdict.isScan()) {
                text().add(verdict);
            }
        }

        /// @param isWhole whether all inputs were read; what could be read counts in any case
        void end(boolean isWhole) throws IOException {
            detector.end();
            if (isWhole || text != null) {
                text().finish();
            }
        }

        @Override
        public void close() throws IOException {
            if (out != null) {
                out.close();
            }
        }
    }
}
