package dev.rearview.tools.rwallformats;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Query;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.flows.FlowInputs;
import dev.rearview.kit.flows.FlowTool;
import dev.rearview.kit.flows.LeftOut;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkReader;
import dev.rearview.silk.SilkWriter;
import dev.rearview.site.Site;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes flows in every format, version, byte order and compression there is.
public final class RwAllFormats implements FlowTool {
    /// No layout has a higher version.
    private static final int MOST_VERSION = 9;

    private static final String PROBE = "DUMMY_PROBE";

    private final Env env;
    private final FlowInputs inputs;
    private final SiteOption site;
    private String prefix = "";
    private boolean withoutInvocation;

    public RwAllFormats(Env env) {
        this.env = env;
        this.site = new SiteOption(env);
        this.inputs = new FlowInputs(env, site);
    }

    @Override
    public String name() {
        return "rwallformats";
    }

    @Override
    public String summary() {
        return "Write SiLK flow records in every format there is";
    }

    @Override
    public String usage() {
        return "[--basename=NAME] [SWITCHES] [FILES]";
    }

    @Override
    public String description() {
        return "For tests of whatever reads flows: a file of each format, version, byte order and"
                + " compression, called NAME-FORMAT-vVERSION-cCOMPRESSION-ORDER.dat, where COMPRESSION"
                + " is a number and ORDER is B or L. Hour, sensor and type of files whose header has"
                + " them are those of the first flow. Flows that a format cannot hold are left out of"
                + " its files, and told of.";
    }

    @Override
    public List<Example> examples() {
        return List.of(new Example("All files of one flow", "rwallformats --basename=all one.rw"));
    }

    @Override
    public void declare(Options options) {
        options.value(
                "basename",
                "NAME",
                "Start of the names of the files, which may name a directory",
                v -> prefix = v.isEmpty() ? "" : v + "-");
        options.flag(
                "no-invocation",
                "Do not record the command line in the headers",
                () -> withoutInvocation = true);
        inputs.declare(options);
        site.declare(options);
    }

    @Override
    public FlowInputs inputs() {
        return inputs;
    }

    @Override
    public Optional<Query> query(List<String> operands) throws IOException {
        return Optional.of(
                new Query(
                        inputs.plan(inputs.names(operands)),
                        new Product.Flows(prefix + "FORMAT-*.dat")));
    }

    /// The flows of all inputs, in a file that is read for each format again.
    private static final class Copy implements AutoCloseable {
        private final Room room;
        private final Path file;
        private Optional<SilkHeader.PackedFile> first = Optional.empty();

        Copy(Room room) throws IOException {
            this.room = room;
            this.file = room.temporaryFile(".rw");
        }

        private SilkWriter writer() throws IOException {
            boolean isBig = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
            SilkWriter.Options options = new SilkWriter.Options(false, isBig, Compression.NONE, 0);
            return new SilkWriter(Files.newOutputStream(file), options, List.of());
        }

        private void look(FlowBatch batch, Selection rows) {
            if (first.isEmpty() && !rows.isEmpty()) {
                FlowRecord r = new FlowRecord();
                batch.get(rows.next(0), r);
                long hourMs = Math.floorDiv(r.stimeMs(), TimeText.HOUR_MS) * TimeText.HOUR_MS;
                first = Optional.of(new SilkHeader.PackedFile(hourMs, r.flowtype, r.sensor));
            }
        }

        private SilkReader reader() throws IOException {
            return SilkReader.of(
                    SilkFile.open(Files.newInputStream(file), file.toString(), false),
                    Site.NONE,
                    false);
        }

        @Override
        public void close() throws IOException {
            try (room) {
                room.delete(file);
            }
        }
    }

    @Override
    public int run(Query query) throws IOException {
        try (Copy copy = new Copy(env.room(1))) {
            boolean good;
            try (SilkWriter to = copy.writer()) {
                good =
                        inputs.execution()
                                .open(query.flows())
                                .inOrder((batch, rows) -> {
                                    copy.look(batch, rows);
                                    to.write(batch, rows);
                                    return true;
                                });
            }
            if (good || copy.first.isPresent()) {
                for (SilkFormat format : SilkFormat.values()) {
                    write(copy, format);
                }
            }
            return good ? 0 : 1;
        }
    }

    private void write(Copy copy, SilkFormat format) throws IOException {
        for (int version = 0; version <= MOST_VERSION; version++) {
            for (Compression compression : Compression.values()) {
                for (boolean isBig : new boolean[] {true, false}) {
                    FileSettings settings =
                            new FileSettings(compression, env.silkVersion(), entries(copy));
                    Optional<SilkHeader> header =
                            SilkWriter.header(format, version, isBig, settings);
                    if (header.isPresent()) {
                        write(copy, header.get());
                    }
                }
            }
        }
    }

    private List<SilkHeader.Entry> entries(Copy copy) {
        List<SilkHeader.Entry> out = new ArrayList<>();
        out.add(SilkHeader.probeName(PROBE));
        out.add(
                SilkHeader.packedFile(
                        copy.first.orElse(
                                new SilkHeader.PackedFile(
                                        0, FlowRecord.NO_FLOWTYPE, FlowRecord.NO_SENSOR))));
        if (!withoutInvocation) {
            out.add(SilkHeader.invocation(env.command()));
        }
        return out;
    }

    private void write(Copy copy, SilkHeader header) throws IOException {
        env.context().check();
        String name =
                prefix
                        + SilkFormat.nameOf(header.format())
                        + "-v"
                        + header.recordVersion()
                        + "-c"
                        + header.compression()
                        + (header.isBigEndian() ? "-B.dat" : "-L.dat");
        LeftOut leftOut = new LeftOut();
        try (SilkReader in = copy.reader();
                SilkWriter out = SilkWriter.of(OutputFiles.open(env, name), header, leftOut)) {
            for (FlowBatch batch = in.next(); batch != null; batch = in.next()) {
                out.write(batch, Selection.all(batch.size()));
            }
        }
        leftOut.isNone(env, name);
    }
}
