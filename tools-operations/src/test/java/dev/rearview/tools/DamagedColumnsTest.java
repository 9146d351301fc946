package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowBatch;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command with every column damaged in the second of three row groups: the answer is the
/// whole one where the column is not needed, and otherwise the status is 1, a message names the
/// file, and no row of that group, nor a part of one, has got into the answer.
class DamagedColumnsTest {
    private static final int ROWS = 300;

    @TempDir Path directory;
    private byte[] whole = {};

    @BeforeEach
    void writeFiles() throws IOException {
        List<FlowBatch> groups = ParquetDamage.groups(3, ROWS);
        whole = ParquetDamage.file(groups, ParquetWriter.Codec.UNCOMPRESSED);
        Files.write(directory.resolve("whole.parquet"), whole);
        Files.write(
                directory.resolve("without.parquet"),
                ParquetDamage.file(
                        List.of(groups.get(0), groups.get(2)), ParquetWriter.Codec.UNCOMPRESSED));
        Files.write(
                directory.resolve("before.parquet"),
                ParquetDamage.file(List.of(groups.get(0)), ParquetWriter.Codec.UNCOMPRESSED));
    }

    private Workbench.Result run(String pipeline, String file) {
        Workbench.Result r =
                new Workbench(directory, Tools::create)
                        .set("SILK_CLOBBER", "1")
                        .fused(pipeline.replace(" F", " " + file));
        return new Workbench.Result(r.status(), r.out().replace(file, "F"), r.err());
    }

    /// Runs a pipeline with each page of each column damaged: the answer is the whole one, or the
    /// damage is told, as for some it is.
    ///
    /// @param refused looks at an answer with a message, and is told which it is
    private void eachDamage(
            String pipeline,
            Workbench.Result expected,
            BiConsumer<String, Workbench.Result> refused)
            throws IOException {
        int count = 0;
        for (int column = 0; column < ParquetDamage.COLUMNS.size(); column++) {
            for (boolean dictionary : new boolean[] {true, false}) {
                ParquetDamage damage = new ParquetDamage(whole);
                if (!damage.flip(1, column, dictionary)) {
                    continue;
                }
                damage.write(directory.resolve("bad.parquet"));
                String what = pipeline + " " + ParquetDamage.COLUMNS.get(column) + " " + dictionary;
                Workbench.Result got = run(pipeline, "bad.parquet");
                if (got.err().isEmpty()) {
                    assertThat(got).as(what).isEqualTo(expected);
                } else {
                    count++;
                    assertThat(got.status()).as(what).isEqualTo(1);
                    refused.accept(what, got);
                }
            }
        }
        assertThat(count).isPositive();
    }

    /// rwfilter reads what is good, and so do those behind it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwfilter --all=- F | rwcut --all-fields",
                "rwfilter --proto=6 --pass=- F | rwcut --fields=sip,dport,bytes",
                "rwfilter --proto=6 --fail=- F | rwcut --fields=nhip",
                "rwfilter --saddress=10.0.0.0/12 --pass=- F | rwfilter --proto=6 --fail=- -"
                        + " | rwcut --fields=1-10",
                "rwfilter --proto=6 --print-volume-statistics=stdout F",
                "rwfilter --proto=6 --print-statistics=stdout --pass=a.rw --fail=b.parquet F",
                "rwfilter --bytes=100- --print-volume-statistics=stdout --pass=a.rw --all=c.rw F",
                "rwfilter --all=- F | rwcat | rwcut",
                "rwfilter --all=- F | rwcut --start-rec-num=250 --num-recs=100 --fields=sip,stime",
                "rwfilter --all=- F | rwcut --tail-recs=10 --fields=dip",
                "rwfilter --all=- F | rwuniq --fields=sip --values=bytes,distinct:dip",
                "rwfilter --all=- F | rwuniq --fields=proto --values=flows,packets,stime,etime",
                "rwfilter --all=- F | rwuniq --fields=sport,dport",
                "rwfilter --all=- F | rwuniq --fields=stime,sensor,type --bin-time=3600",
                "rwfilter --all=- F | rwuniq --fields=sip --presorted-input",
                "rwfilter --all=- F | rwstats --fields=sip,dip --bytes --count=5",
                "rwfilter --all=- F | rwstats --fields=dport --values=packets --percentage=1",
                "rwfilter --all=- F | rwstats --fields=proto --count=3",
                "rwfilter --all=- F | rwstats --overall-stats",
                "rwfilter --all=- F | rwcount --bin-size=3600",
                "rwfilter --all=- F | rwtotal --proto --skip-zeroes",
                "rwfilter --all=- F | rwtotal --sip-first-8 --skip-zeroes",
                "rwfilter --all=- F | rwaddrcount --print-recs",
                "rwfilter --all=- F | rwset --any-file=- | rwsetcat",
                "rwfilter --all=- F | rwbag --bag-file=dport,sum-bytes,- | rwbagcat",
                "rwfilter --all=- F | rwaggbag --keys=sport,proto --counters=records,sum-bytes"
                        + " | rwaggbagcat",
                "rwfilter --all=- F | rwsort --fields=bytes,sip | rwcut",
                "rwfilter --all=- F | rwsort --fields=bytes --reverse | rwcut --num-recs=20",
                "rwfilter --all=- F | rwdedupe --ignore-fields=stime | rwcut",
                "rwfilter --all=- F | rwgroup --id-fields=proto | rwcut",
                "rwfilter --all=- F | rwgroup --id-fields=proto --summarize | rwcut",
                "rwfilter --all=- F | rwnetmask --4sip-prefix=16 | rwcut",
                "rwfilter --all=- F | rwuniq --fields=dport --copy-input=copy.rw",
            })
    void whatIsGoodIsRead(String pipeline) throws IOException {
        Workbench.Result expected = run(pipeline, "whole.parquet");
        Workbench.Result without = run(pipeline, "without.parquet");
        assertThat(expected.err()).isEmpty();
        assertThat(expected.status()).isZero();
        eachDamage(
                pipeline,
                expected,
                (what, got) -> {
                    assertThat(got.err()).as(what).startsWith("rwfilter: bad.parquet: offset ");
                    assertThat(got.err()).as(what).contains("page checksum is wrong");
                    assertThat(got.err().lines()).as(what).hasSize(1);
                    assertThat(got.out()).as(what).isEqualTo(without.out());
                });
    }

    /// Other commands end at the damage: without an answer, or after what came before.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwcut --all-fields F",
                "rwcut --fields=sip F",
                "rwcat F | rwcut",
                "rwuniq --fields=sip F",
                "rwuniq --fields=proto --values=bytes F",
                "rwstats --fields=dip --bytes --count=5 F",
                "rwstats --overall-stats F",
                "rwcount --bin-size=3600 F",
                "rwtotal --dport --skip-zeroes F",
                "rwaddrcount --print-recs F",
                "rwaddrcount --print-ips --use-dest F",
                "rwset --sip-file=- F | rwsetcat",
                "rwbag --bag-file=sipv4,records,- F | rwbagcat",
                "rwbag --bag-file=sipv4,records,- --bag-file=dport,sum-bytes,two.bag F | rwbagcat",
                "rwaggbag --keys=sport --counters=sum-packets F | rwaggbagcat",
                "rwsort --fields=stime F | rwcut",
                "rwdedupe F | rwcut",
                "rwcombine F | rwcut",
                "rwrandomizeip --consistent --seed=1 F | rwcut",
                "rwswapbytes --big-endian F | rwcut",
                "rwnetmask --4sip-prefix=8 F | rwcut",
                "rwuniq --fields=dport --copy-input=copy.rw F",
            })
    void damageIsNeverAnAnswer(String pipeline) throws IOException {
        Workbench.Result expected = run(pipeline, "whole.parquet");
        List<String> allowed =
                List.of(
                        "",
                        run(pipeline, "before.parquet").out(),
                        run(pipeline, "without.parquet").out(),
                        run(pipeline, "whole.parquet").out().lines().findFirst().orElse("") + "\n");
        assertThat(expected.status()).isZero();
        eachDamage(
                pipeline,
                expected,
                (what, got) -> {
                    assertThat(got.err()).as(what).contains("bad.parquet: offset ");
                    assertThat(allowed).as(what).contains(got.out());
                });
    }

    @Test
    void aCodeBeyondItsDictionaryIsDamage() throws IOException {
        String pipeline = "rwfilter --all=- F | rwcut --all-fields";
        Workbench.Result without = run(pipeline, "without.parquet");
        int tried = 0;
        for (int column = 0; column < ParquetDamage.COLUMNS.size(); column++) {
            ParquetDamage damage = new ParquetDamage(whole);
            if (damage.codeBeyondDictionary(1, column)) {
                damage.write(directory.resolve("bad.parquet"));
                Workbench.Result got = run(pipeline, "bad.parquet");
                assertThat(got.err())
                        .contains("bad.parquet: ")
                        .contains("code beyond its dictionary");
                assertThat(got.out()).isEqualTo(without.out());
                assertThat(got.status()).isEqualTo(1);
                tried++;
            }
        }
        assertThat(tried).isPositive();
    }

    @Test
    void aRefusedRowGroupIsNotCountedAsRead() throws IOException {
        ParquetDamage damage = new ParquetDamage(whole);
        damage.flip(1, 0, false);
        damage.write(directory.resolve("bad.parquet"));
        Workbench.Result r =
                new Workbench(directory, Tools::create)
                        .run("explain", "rwfilter --all=- bad.parquet | rwuniq --fields=sip");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).contains("flows       600 looked at").contains("600 handed on");
    }

    /// An input that is not there, and one that is cut: the others are read, the status is 1.
    @ParameterizedTest
    @ValueSource(strings = {"missing.rw", "cut.parquet", "cut.rw"})
    void rwfilterEndsWithOneAfterABadFile(String bad) throws IOException {
        Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(whole, 20_000));
        run("rwfilter --all=good.rw F", "whole.parquet");
        byte[] rw = Files.readAllBytes(directory.resolve("good.rw"));
        // In the middle of a record: none of it counts.
        Files.write(directory.resolve("cut.rw"), Arrays.copyOf(rw, rw.length - 88 * 900 + 40));
        for (String pipeline :
                List.of(
                        "rwfilter --all=- " + bad + " F | rwuniq --fields=proto --sort-output",
                        "rwfilter --proto=6 --print-volume-statistics=stdout F " + bad)) {
            Workbench.Result expected = run(pipeline.replace(bad, ""), "whole.parquet");
            Workbench.Result got = run(pipeline, "whole.parquet");
            assertThat(got.status()).as(pipeline).isEqualTo(1);
            assertThat(got.err()).as(pipeline).startsWith("rwfilter: ").contains(bad);
            assertThat(got.err().lines()).as(pipeline).hasSize(1);
            // A file that was opened counts as one.
            String files = " " + (bad.equals("cut.rw") ? 2 : 1) + "|";
            assertThat(got.out().replace(files, " 1|")).as(pipeline).isEqualTo(expected.out());
        }
    }
}
