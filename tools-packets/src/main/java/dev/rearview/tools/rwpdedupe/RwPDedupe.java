package dev.rearview.tools.rwpdedupe;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Tool;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.files.OutputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.MalformedInputException;
import dev.rearview.text.IpText;
import dev.rearview.tools.captures.CaptureFiles;
import dev.rearview.wire.pcap.CaptureReader;
import dev.rearview.wire.pcap.CaptureWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Merges captures without the packets that several of them have.
public final class RwPDedupe implements Tool {
    private static final int MAX_THRESHOLD_MS = 1_000_000;
    private static final long MAX_SEED = 0xFFFF_FFFFL;

    private final Env env;
    private long thresholdMs;
    private boolean isFirst;
    private Optional<RandomGenerator> random = Optional.empty();
    private boolean areWhole = true;

    /// A capture and its place among the others.
    private static final class Input {
        final CaptureReader in;
        final int place;
        long nowUs = Long.MIN_VALUE;
        long packets;

        Input(CaptureReader in, int place) {
            this.in = in;
            this.place = place;
        }
    }

    public RwPDedupe(Env env) {
        this.env = env;
    }

    @Override
    public String name() {
        return "rwpdedupe";
    }

    @Override
    public String summary() {
        return "Merge captures without the packets that several sensors saw";
    }

    @Override
    public String usage() {
        return "{--first-duplicate | --random-duplicate[=SEED]} [--threshold=MS] CAPTURES";
    }

    @Override
    public String description() {
        return "Writes one capture of Ethernet, in order of time if its inputs are, to standard"
                + " output. Duplicates come within the threshold and have the same Ethernet"
                + " header; those of IP also the same addresses, protocol and contents, others"
                + " the same octets. Fragments are duplicates if they are the same part of a"
                + " datagram.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "What two sensors saw",
                        "rwpdedupe --first-duplicate --threshold=20 east.pcap west.pcap"
                                + " > both.pcap"));
    }

    @Override
    public void declare(Options o) {
        o.value(
                "threshold",
                "MS",
                "Milliseconds that duplicates may lie apart, 0-1000000; default 0",
                v -> thresholdMs = IpText.parseUnsigned(v, MAX_THRESHOLD_MS, "threshold"));
        o.flag("first-duplicate", "Keep the first of several duplicates", () -> isFirst = true);
        o.optional(
                        "random-duplicate",
                        "SEED",
                        "Keep one at random; the same number SEED chooses the same",
                        v -> random = Optional.of(generator(v)))
                .notEmpty();
    }

    private static RandomGenerator generator(String seed) {
        return seed.isEmpty()
                ? new Random()
                : new Random(IpText.parseUnsigned(seed, MAX_SEED, "seed"));
    }

    @Override
    public int run(List<String> operands) throws IOException {
        if (isFirst == random.isPresent()) {
            throw new ToolException("one of --first-duplicate and --random-duplicate is required");
        }
        if (operands.size() < 2) {
            throw new ToolException("at least two captures are required");
        }
        if (operands.stream().filter(InputFiles::isStdin).count() > 1) {
            throw new ToolException("only one input can be standard input");
        }
        OutputFiles.checkNoTerminal(env, "-");
        List<CaptureReader> inputs = new ArrayList<>();
        try {
            for (String name : operands) {
                inputs.add(CaptureFiles.ethernet(env, name));
            }
            return merge(inputs);
        } finally {
            for (CaptureReader in : inputs) {
                in.close();
            }
        }
    }

    private int merge(List<CaptureReader> inputs) throws IOException {
        PriorityQueue<Input> queue =
                new PriorityQueue<>(
                        // Copies of a capture that is not in order go side by side.
                        Comparator.comparingLong((Input i) -> i.nowUs)
                                .thenComparingLong(i -> i.packets)
                                .thenComparingInt(i -> i.place));
        int snapLength = inputs.stream().mapToInt(CaptureReader::snapLength).max().orElseThrow();
        long memory = env.memory(1);
        try (CaptureWriter out = CaptureFiles.create(env, "-", snapLength)) {
            Choice choice = new Choice(out, thresholdMs * 1000, random, memory);
            for (int i = 0; i < inputs.size(); i++) {
                advance(new Input(inputs.get(i), i), queue);
            }
            for (Input i = queue.poll(); i != null; i = queue.poll()) {
                env.context().check();
                choice.take(i.in, i.nowUs);
                advance(i, queue);
            }
            choice.end();
            if (choice.forgotten() > 0) {
                env.tell(
                        "no memory for all packets within the threshold: "
                                + choice.forgotten()
                                + " were forgotten, duplicates of them may be left");
                areWhole = false;
            }
        }
        return areWhole ? 0 : 1;
    }

    /// Has a capture wait for its turn with its next packet, if it has one.
    private void advance(Input input, PriorityQueue<Input> queue) throws IOException {
        try {
            if (CaptureFiles.next(input.in)) {
                input.packets++;
                input.nowUs = Math.max(input.nowUs, input.in.timeUs());
                queue.add(input);
            }
        } catch (MalformedInputException e) {
            env.tell(e);
            areWhole = false;
        }
    }
}
