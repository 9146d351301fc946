package dev.rearview.tools.ipa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.bags.RwBagBuild;
import dev.rearview.tools.bags.RwBagCat;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwpmapbuild.RwPmapBuild;
import dev.rearview.tools.rwpmapcat.RwPmapCat;
import dev.rearview.tools.rwsetbuild.RwSetBuild;
import dev.rearview.tools.rwsetcat.RwSetCat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sets, bags and prefix maps into a database and back.
class RwIpaTest {
    @TempDir private Path directory;
    private Workbench bench;

    @BeforeEach
    void configuration() throws IOException {
        bench =
                new Workbench(
                        directory,
                        RwBagBuild::new,
                        RwBagCat::new,
                        RwCut::new,
                        RwFilter::new,
                        RwIpaExport::new,
                        RwIpaImport::new,
                        RwPmapBuild::new,
                        RwPmapCat::new,
                        RwSetBuild::new,
                        RwSetCat::new);
        Files.createDirectories(bench.path("silk/share/silk"));
        bench.write("silk/share/silk/silk-ipa.conf", "# where\n\nsqlite:../ipa.db\n");
        bench.set("SILK_PATH", bench.path("silk").toString());
    }

    private void fails(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).as(line).isEqualTo(1);
        assertThat(r.err()).contains(message);
    }

    @Test
    void aSetForAMonth() {
        String text = "10.0.0.0/8\n192.168.1.7\n";
        bench.write("in.txt", text);
        bench.good("rwsetbuild in.txt in.set");
        bench.good("rwipaimport --catalog=watch --start=2007/04/01 --end=2007/05/01 in.set");
        bench.good("rwipaexport --catalog=watch --time=2007/04/30:23:59:59 out.set");
        assertThat(bench.good("rwsetcat --cidr-blocks=1 out.set"))
                .isEqualTo(bench.good("rwsetcat --cidr-blocks=1 in.set"));
        fails("rwipaexport --catalog=watch --time=2007/05/01 x.set", "no dataset");
        fails("rwipaexport --catalog=watch x.set", "no dataset");
        fails("rwipaexport --catalog=other x.set", "no catalog other");
        assertThat(bench.exists("x.set")).isFalse();
        fails("rwipaimport --catalog=watch in.set", "some of that time");
        fails("rwipaexport --catalog=watch --time=2007/04/02 out.set", "exists");
    }

    @Test
    void bagsKeepTypesAndCounters() {
        bench.write("in.txt", "10.0.0.1|7\n10.0.0.2|18446744073709551614\n");
        bench.good(
                "rwbagbuild --bag-input=in.txt --key-type=sIPv4 --counter-type=records"
                        + " --output-path=in.bag");
        bench.good("rwipaimport --catalog=counts --start=... --end=... in.bag");
        bench.good("rwipaexport --catalog=counts --note-add=old out.bag");
        assertThat(bench.good("rwbagcat --no-columns out.bag"))
                .isEqualTo("10.0.0.1|7|\n10.0.0.2|18446744073709551614|\n");
        bench.write("ports.txt", "80|1\n");
        bench.good("rwbagbuild --bag-input=ports.txt --key-type=sPort --output-path=ports.bag");
        fails("rwipaimport --catalog=ports ports.bag", "is of addresses");
        fails("rwipaimport --catalog=counts --start=2007/01/01 ports.bag", "is of addresses");
    }

    @Test
    void mapsOfEitherFamily() {
        bench.write(
                "in.txt",
                "mode ip\ndefault outside\n10.0.0.0/8 inside\n10.1.0.0/16 our \"best\" hosts\n");
        bench.good("rwpmapbuild --input-path=in.txt --output-path=in.pmap");
        bench.good("rwipaimport --catalog=zones in.pmap");
        bench.good("rwipaexport --catalog=zones --prefix-map-name=z out.pmap");
        assertThat(bench.good("rwpmapcat out.pmap")).isEqualTo(bench.good("rwpmapcat in.pmap"));
        assertThat(bench.good("rwpmapcat --output-types=mapname out.pmap")).contains("z");
        bench.write("six.txt", "mode ipv6\n2001:db8::/32 doc\n2001:db8:0:1::/64 lab\n");
        bench.good("rwpmapbuild --input-path=six.txt --output-path=six.pmap");
        bench.good("rwipaimport --catalog=six six.pmap");
        bench.good("rwipaexport --catalog=six out6.pmap");
        assertThat(bench.good("rwpmapcat out6.pmap")).isEqualTo(bench.good("rwpmapcat six.pmap"));
        fails("rwipaimport --catalog=zones --start=2007/01/01 six.pmap", "some of that time");
    }

    /// rwfilter asks the same database; an address is in a catalog at the time that is meant.
    @Test
    void flowsAreFilteredByWhatTheCatalogTells() throws IOException {
        FlowRecord one = SampleSite.flow(SampleSite.DAY_MS, 6);
        one.setSipV4(0x0A00_0001);
        one.setDipV4(0xC000_0201);
        FlowRecord other = SampleSite.flow(SampleSite.DAY_MS, 17);
        other.setSipV4(0xC000_0201);
        other.setDipV4(0x0A00_0002);
        SampleSite.write(bench.path("f.rw"), one, other);
        bench.write("in.txt", "10.0.0.1\n");
        bench.good("rwsetbuild in.txt in.set");
        bench.good("rwipaimport --catalog=watch --start=2024/02/01 --end=2024/03/01 in.set");
        bench.write("map.txt", "mode ip\ndefault outside\n10.0.0.0/8 inside\n");
        bench.good("rwpmapbuild --input-path=map.txt --output-path=in.pmap");
        bench.good("rwipaimport --catalog=zones in.pmap");
        assertThat(passing("--ipa-src-expr", "in watch at 2024/02/28")).isEqualTo("6\n");
        assertThat(passing("--ipa-dst-expr", "in watch at 2024/02/28")).isEmpty();
        assertThat(passing("--ipa-any-expr", "in watch at 2024/03/01")).isEmpty();
        assertThat(passing("--ipa-dst-expr", "label inside")).isEqualTo("17\n");
        assertThat(passing("--ipa-any-expr", "label inside and not in watch at 2024/02/28"))
                .isEqualTo("17\n");
        Workbench.Result r = bench.run("rwfilter", "--ipa-src-expr=in", "--all=-", "f.rw");
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("'in' ends where a catalog is expected");
    }

    /// The protocols of the flows that pass.
    private String passing(String option, String expression) {
        Workbench.Result r =
                bench.run("rwfilter", option + "=" + expression, "--pass=out.rw", "f.rw");
        assertThat(r.err()).isEmpty();
        assertThat(r.status()).isZero();
        String out = bench.good("rwcut --fields=protocol --no-titles --delimited out.rw");
        assertThat(bench.path("out.rw").toFile().delete()).isTrue();
        return out;
    }

    @Test
    void whatIsWrong() throws IOException {
        bench.write("in.txt", "10.0.0.1\n");
        bench.good("rwsetbuild in.txt in.set");
        fails("rwipaimport in.set", "--catalog is required");
        fails("rwipaimport --catalog=a", "one input file");
        fails("rwipaimport --catalog=a --start=2007/02/01 --end=2007/01/01 in.set", "not after");
        fails("rwipaimport --catalog=a --start=noon in.set", "noon");
        fails("rwipaimport --catalog=a in.txt", "in.txt");
        fails("rwipaexport --catalog=a out.set", "ipa.db");
        bench.write("silk/share/silk/silk-ipa.conf", "# nothing\n");
        fails("rwipaimport --catalog=a in.set", "names no database");
        bench.write("silk/share/silk/silk-ipa.conf", "mysql://u:secret@host/db\n");
        Workbench.Result r = bench.run("rwipaimport --catalog=a in.set");
        assertThat(r.err()).contains("silk-ipa.conf").doesNotContain("secret");
        Files.delete(bench.path("silk/share/silk/silk-ipa.conf"));
        fails("rwipaimport --catalog=a in.set", "no silk-ipa.conf");
    }
}
