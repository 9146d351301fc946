package dev.rearview.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which outputs are compressed because their names end in `.gz`.
class GzipNameTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void files() throws IOException {
        bench = SampleFiles.in(directory);
    }

    private boolean isGzip() throws IOException {
        byte[] octets = bench.octets("out.gz");
        return octets[0] == 0x1F && octets[1] == (byte) 0x8B;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaddrcount --print-recs --output-path=out.gz f.rw",
                "rwaddrcount --set-file=out.gz f.rw",
                "rwaggbag --keys=protocol --counters=records --output-path=out.gz f.rw",
                "rwaggbagbuild --output-path=out.gz rows",
                "rwaggbagcat --output-path=out.gz f.agg",
                "rwaggbagtool --output-path=out.gz f.agg",
                "rwbag --bag-file=protocol,records,out.gz f.rw",
                "rwbagbuild --bag-input=counts --output-path=out.gz",
                "rwbagtool --add --output-path=out.gz f.bag",
                "rwcat --output-path=out.gz f.rw",
                "rwcount --output-path=out.gz f.rw",
                "rwcut --output-path=out.gz f.rw",
                "rwcut --copy-input=out.gz --output-path=n f.rw",
                "rwdedupe --output-path=out.gz f.rw",
                "rwcombine --output-path=out.gz f.rw",
                "rwswapbytes --swap-endian f.rw out.gz",
                "rwrandomizeip f.rw out.gz",
                "rwfilter --proto=6 --pass=out.gz f.rw",
                "rwgroup --id-fields=5 --output-path=out.gz f.rw",
                "rwmatch --relate=5,5 f.rw f.rw out.gz",
                "rwnetmask --4sip=8 --output-path=out.gz f.rw",
                "rwpmapbuild --input-path=map --output-path=out.gz",
                "rwpmaplookup --map-file=f.pmap --no-files --output-path=out.gz 10.0.0.1",
                "rwset --sip-file=out.gz f.rw",
                "rwsetbuild list out.gz",
                "rwsettool --union --output-path=out.gz f.set",
                "rwsiteinfo --fields=sensor --site-config-file=silk.conf --output-path=out.gz",
                "rwsort --fields=1 --output-path=out.gz f.rw",
                "rwstats --fields=1 --count=1 --output-path=out.gz f.rw",
                "rwtotal --proto --output-path=out.gz f.rw",
                "rwtuc --output-path=out.gz text",
                "rwuniq --fields=1 --output-path=out.gz f.rw"
            })
    void compressed(String line) throws IOException {
        bench.good(line);
        assertThat(isGzip()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rwaggbagbuild --bad-input-lines=out.gz --output-path=n badrows",
                "rwbagcat --output-path=out.gz f.bag",
                "rwfilter --proto=6 --print-statistics=out.gz f.rw",
                "rwip2cc --address=10.0.0.1 --output-path=out.gz",
                "rwpmapcat --output-path=out.gz f.pmap",
                "rwsetcat --output-path=out.gz f.set",
                "rwtuc --bad-input-lines=out.gz --output-path=n bad"
            })
    void plain(String line) throws IOException {
        // Some say that they left a line out.
        assertThat(bench.run(line).status()).isZero();
        assertThat(isGzip()).isFalse();
    }
}
