package dev.rearview.tools.rwfilter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.store.ledger.LedgerPeriod;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletenessOptionTest {
    private static final String ASK =
            "rwfilter --data-rootdir=data --start-date=2024/02/28:00 --type=all --proto=0-"
                    + " --print-statistics=/dev/null ";

    @TempDir Path directory;

    private Workbench bench;

    @BeforeEach
    void makeARepository() throws IOException {
        bench = SampleSite.bench(directory, RwFilter::new);
        Files.createDirectories(bench.path("data"));
    }

    private void write(LedgerPeriod... periods) throws IOException {
        LedgerSeries.of(bench.path("data")).append(List.of(periods));
    }

    private static LedgerPeriod running() {
        return LedgerPeriod.running(SampleSite.DAY_MS, 5400);
    }

    @Test
    void aLineTellsWhatIsMissing() throws IOException {
        write(
                LedgerPeriod.feeding(SampleSite.DAY_MS, "P0", List.of("NORTH")),
                LedgerPeriod.running(SampleSite.DAY_MS, 600),
                LedgerPeriod.counts(
                        SampleSite.DAY_MS,
                        "P0",
                        "192.0.2.1",
                        Map.of("flows", 120L, "sampled", 20L, "lost:sequence-gap", 3L)),
                LedgerPeriod.running(SampleSite.DAY_MS + 1_200_000, 5400));
        Workbench.Result r = bench.run(ASK + "--completeness");
        assertThat(r.status()).isZero();
        assertThat(r.err())
                .isEqualTo(
                        "rwfilter: 2024/02/28T00:00:00 to 2024/02/28T01:00:00: no collector ran for 10 min"
                                + " since 2024/02/28T00:10:00; lost sequence-gap 3 from 1 sender; 120"
                                + " flows came, 20 of them sampled\n");
        assertThat(bench.run(ASK + "--sensors=SOUTH --completeness").err())
                .isEqualTo(
                        "rwfilter: 2024/02/28T00:00:00 to 2024/02/28T01:00:00: no collector ran for 10 min"
                                + " since 2024/02/28T00:10:00; 0 flows came\n");
    }

    @Test
    void anObjectTellsItToPrograms() throws IOException {
        write(
                running(),
                LedgerPeriod.counts(
                        SampleSite.DAY_MS, "P\"0", "192.0.2.1", Map.of("lost:disk-full", 3L)));
        assertThat(bench.run(ASK + "--sensors=NORTH --completeness=json").err())
                .isEqualTo(
                        """
                        {"from":"2024-02-28T00:00:00Z","to":"2024-02-28T01:00:00Z","sensors":["NORTH"],\
                        "complete":false,"known-from":"2024-02-28T00:00:00Z","without-collector":[],\
                        "flows":0,"sampled":0,"lost":{"disk-full":3},"quarantined-files":0,\
                        "expired-hours":false,"damaged-lines":0,"exporters":[{"probe":"P\\"0",\
                        "exporter":"192.0.2.1","counts":{"lost:disk-full":3}}]}
                        """);
    }

    @Test
    void whatIsCompleteOrNotKnownIsSaid() throws IOException {
        assertThat(bench.run(ASK + "--completeness").err())
                .endsWith(": the ledger tells nothing of it\n");
        write(running());
        assertThat(bench.run(ASK + "--completeness").err())
                .endsWith(": nothing is missing that the ledger knows of; 0 flows came\n");
    }

    @Test
    void filesHaveNoLedger() {
        assertThat(bench.run("rwfilter --all=stdout --completeness f.rw"))
                .satisfies(r -> {
                    assertThat(r.status()).isEqualTo(1);
                    assertThat(r.err()).contains("--completeness tells of a repository");
                });
        assertThat(bench.run(ASK + "--completeness=xml").err()).contains("must be text or json");
    }

    /// Scripts abbreviate.
    @Test
    void abbreviationsStaySilks() {
        assertThat(bench.run("rwfilter --comp=none --all=x.rw nothing.rw").err())
                .doesNotContain("ambiguous");
    }
}
