package dev.rearview.tools.rwrandomizeip;

import dev.rearview.engine.addresses.AddressMap;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.plan.FlowPlan;
import dev.rearview.engine.plan.Query;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Handover;
import dev.rearview.kit.fields.OpenedFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.Rewriting;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Puts other addresses in place of those of flows.
public final class RwRandomizeIp implements FlowTool {
    private final Env env;
    private final Rewriting files;
    private final SiteOption site;
    private Optional<String> only = Optional.empty();
    private Optional<String> except = Optional.empty();
    private Optional<String> saved = Optional.empty();
    private Optional<String> loaded = Optional.empty();
    private Optional<Long> seed = Optional.empty();
    private boolean consistent;

    public RwRandomizeIp(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.files = new Rewriting(env, site);
        files.inputs().references(new OpenedFiles(env));
    }

    @Override
    public String name() {
        return "rwrandomizeip";
    }

    @Override
    public String summary() {
        return "Put random addresses in place of those of SiLK flow records";
    }

    @Override
    public String usage() {
        return "[SWITCHES] [INPUT [OUTPUT]]";
    }

    @Override
    public String description() {
        return "Each source and destination address becomes another one of 10.0.0.0/8,"
                + " 172.16.0.0/12 or 192.168.0.0/16 each time it is met. With --consistent an address"
                + " always becomes the same one: each of its octets is looked up in a table of its"
                + " own, so that addresses of one network stay in one network, which says more of"
                + " the addresses that were there.\n\n"
                + "IPv6 flows between IPv4-mapped addresses become IPv4 flows; other IPv6 flows are"
                + " left out. Next hops and all other values stay as they are.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Flows to show to others, the own network as it is",
                        "rwrandomizeip --consistent --dont-change-set=own.set flows.rw shown.rw"),
                new Example(
                        "Two files with the same table",
                        "rwrandomizeip --save-table=table monday.rw m.rw\n"
                                + "rwrandomizeip --load-table=table tuesday.rw t.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "seed",
                "N",
                "Make the same random numbers each time that N is given",
                v -> seed = Optional.of(IpText.parseUnsigned(v.strip(), 0xFFFF_FFFFL, "number")));
        options.value(
                "only-change-set",
                "PATH",
                "Change only addresses of this IPset",
                v -> only = Optional.of(v));
        options.value(
                "dont-change-set",
                "PATH",
                "Leave addresses of this IPset as they are, also those of --only-change-set",
                v -> except = Optional.of(v));
        options.flag(
                "consistent",
                "Change an address to the same one each time",
                () -> consistent = true);
        options.value(
                "save-table",
                "PATH",
                "Change addresses consistently, and write the table to PATH",
                v -> saved = Optional.of(v));
        options.value(
                "load-table",
                "PATH",
                "Change addresses by the table that --save-table wrote",
                v -> loaded = Optional.of(v));
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return files.inputs();
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        if (saved.isPresent() && loaded.isPresent()) {
            throw new ToolException("--save-table and --load-table exclude each other");
        }
        long chosen = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong());
        List<Integer> octets = octets(chosen);
        return Optional.of(
                files.query(
                        operands,
                        flows ->
                                new FlowPlan.Randomize(
                                        new FlowPlan.Policy(flows, Ipv6Policy.ASV4),
                                        changed(Field.SIP),
                                        changed(Field.DIP),
                                        octets,
                                        chosen)));
    }

    private List<Integer> octets(long chosen) throws IOException {
        if (loaded.isPresent()) {
            return MapFile.read(env, loaded.get());
        }
        return consistent || saved.isPresent() ? AddressMap.random(chosen) : List.of();
    }

    private Predicate changed(Field field) {
        List<Predicate> all = new ArrayList<>();
        only.ifPresent(path -> all.add(Predicate.address(field, new SetRef.File(path))));
        except.ifPresent(
                path -> all.add(Predicate.not(Predicate.address(field, new SetRef.File(path)))));
        return Predicate.all(all);
    }

    @Override
    public int run(Query query) throws IOException {
        if (saved.isPresent()) {
            OutputFiles.checkNew(env, saved.get());
        }
        int status = files.run(query, big -> big, List.of());
        // Also where only a part could be read: what was written needs its table.
        if (saved.isPresent()) {
            MapFile.write(env, saved.get(), ((FlowPlan.Randomize) query.flows()).octets());
        }
        return status;
    }

    /// Not where it writes its table besides.
    @Override
    public boolean handsOver(Query query) {
        return saved.isEmpty() && files.isStdout(query);
    }

    @Override
    public Optional<Handover> handover(Query query) throws IOException {
        return handsOver(query)
                ? Optional.of(files.handover(query, big -> big, List.of()))
                : Optional.empty();
    }
}
