package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.match.FlowMatcher.Options;
import dev.rearview.engine.match.FlowMatcher.Window;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Events of queries and responses. A flow is written as `source>destination@start+seconds`, ports
/// standing for hosts; the result has the event in front, `q1:` or `r1:`.
class FlowMatcherTest {
    /// Batches of two flows, so that events cross them.
    private static FlowSource source(List<String> flows) {
        List<FlowBatch> batches = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            if (i % 2 == 0) {
                batches.add(FlowBatch.allocate(2));
            }
            String[] parts = flows.get(i).split("[>@+]", -1);
            FlowRecord r = new FlowRecord();
            r.protocol = 6;
            r.sport = Integer.parseInt(parts[0]);
            r.dport = Integer.parseInt(parts[1]);
            r.stime = Long.parseLong(parts[2]) * 1_000_000;
            r.duration = Long.parseLong(parts[3]) * 1_000_000;
            batches.getLast().add(r);
        }
        Iterator<FlowBatch> each = batches.iterator();
        return new FlowSource() {
            @Override
            public @Nullable FlowBatch next() {
                return each.hasNext() ? each.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    private static List<String> match(List<String> queries, List<String> responses, Options options)
            throws IOException {
        List<String> out = new ArrayList<>();
        new FlowMatcher(
                        source(queries),
                        Keys.evaluators(Keys.stored(Field.SPORT), Keys.stored(Field.DPORT)),
                        source(responses),
                        Keys.evaluators(Keys.stored(Field.DPORT), Keys.stored(Field.SPORT)),
                        options,
                        r -> {
                            int mark = (int) r.nhipLo;
                            out.add(
                                    (mark >>> 24 == 0 ? "q" : "r")
                                            + (mark & 0xFF_FFFF)
                                            + ":%d>%d@%d+%d"
                                                    .formatted(
                                                            r.sport,
                                                            r.dport,
                                                            r.stime / 1_000_000,
                                                            r.duration / 1_000_000));
                        })
                .run();
        return out;
    }

    private static Options options(int deltaS, Window window) {
        return new Options(deltaS * 1000L, false, window, true, true);
    }

    private static final List<String> QUERIES =
            List.of(
                    "5000>80@0+10",
                    "5000>80@12+10",
                    "5000>80@25+10",
                    "5000>80@300+10",
                    "6000>80@0+1");
    private static final List<String> RESPONSES =
            List.of("80>5000@1+10", "80>5000@13+10", "80>5000@301+10", "80>6000@60+1");

    @Test
    void anEventEndsWithItsFirstFlow() throws IOException {
        assertThat(match(QUERIES, RESPONSES, options(3, Window.ABSOLUTE)))
                .containsExactly(
                        "q1:5000>80@0+10",
                        "r1:80>5000@1+10",
                        "q1:5000>80@12+10",
                        "r1:80>5000@13+10",
                        "q0:5000>80@25+10",
                        "q2:5000>80@300+10",
                        "r2:80>5000@301+10",
                        "q0:6000>80@0+1",
                        "r0:80>6000@60+1");
    }

    @Test
    void anEventGrowsWithItsFlows() throws IOException {
        assertThat(match(QUERIES, RESPONSES, options(3, Window.RELATIVE)))
                .startsWith(
                        "q1:5000>80@0+10",
                        "r1:80>5000@1+10",
                        "q1:5000>80@12+10",
                        "r1:80>5000@13+10",
                        "q1:5000>80@25+10",
                        "q2:5000>80@300+10");
    }

    @Test
    void anEventTakesAllOfItsKey() throws IOException {
        assertThat(match(QUERIES, RESPONSES, options(0, Window.INFINITE)))
                .contains("q1:5000>80@300+10", "r1:80>5000@301+10")
                .contains("q0:6000>80@0+1", "r0:80>6000@60+1");
    }

    @Test
    void aResponseBeforeItsQueryNeedsSymmetry() throws IOException {
        List<String> query = List.of("5000>80@5+1");
        List<String> response = List.of("80>5000@0+6");
        assertThat(match(query, response, options(0, Window.ABSOLUTE)))
                .containsExactly("r0:80>5000@0+6", "q0:5000>80@5+1");
        Options symmetric = new Options(0, true, Window.ABSOLUTE, false, false);
        assertThat(match(query, response, symmetric))
                .containsExactly("r1:80>5000@0+6", "q1:5000>80@5+1");
    }

    @Test
    void ofTwoThatStartTogetherTheOneToTheServiceIsFirst() throws IOException {
        Options options = new Options(0, false, Window.ABSOLUTE, false, false);
        assertThat(match(List.of("5000>80@0+1"), List.of("80>5000@0+2"), options))
                .containsExactly("q1:5000>80@0+1", "r1:80>5000@0+2");
        assertThat(match(List.of("80>5000@0+1"), List.of("5000>80@0+2"), options))
                .containsExactly("r1:5000>80@0+2", "q1:80>5000@0+1");
    }

    @Test
    void whatIsUnmatchedComesOutOnRequest() throws IOException {
        Options queries = new Options(0, false, Window.ABSOLUTE, true, false);
        Options responses = new Options(0, false, Window.ABSOLUTE, false, true);
        assertThat(match(List.of("1>2@0+1"), List.of(), queries)).containsExactly("q0:1>2@0+1");
        assertThat(match(List.of("1>2@0+1"), List.of(), responses)).isEmpty();
        assertThat(match(List.of(), List.of("1>2@0+1"), responses)).containsExactly("r0:1>2@0+1");
    }
}
