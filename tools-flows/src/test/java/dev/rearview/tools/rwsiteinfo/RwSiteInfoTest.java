package dev.rearview.tools.rwsiteinfo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import dev.rearview.tools.mapsid.MapSid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows and their order, over a site in which no order is that of numbers.
class RwSiteInfoTest {
    @TempDir Path directory;

    @BeforeEach
    void site() throws IOException {
        Files.writeString(
                directory.resolve("my.conf"),
                """
                version 2
                sensor 0 S0
                sensor 1 S1 "same"
                sensor 2 S2 "same"
                sensor 3 lone
                group back
                    sensors S2 S0
                end group
                group none
                end group
                group most
                    sensors S1 @back
                end group
                class all
                    sensors @back S1
                    type 3 out out
                    type 1 in in
                    type 2 web web
                    default-types web in
                end class
                class lab
                    sensors S1 S0
                    type 5 in labin
                    type 4 tap tap
                end class
                default-class lab
                """);
    }

    private Workbench.Result run(String fields, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "rwsiteinfo",
                                "--site-config-file=my.conf",
                                "--fields=" + fields,
                                "--no-titles",
                                "--delimited=/"));
        words.addAll(List.of(more));
        return new Workbench(directory, MapSid::new, RwSiteInfo::new)
                .run(words.toArray(String[]::new));
    }

    private String rows(String fields, String... more) {
        Workbench.Result r = run(fields, more);
        return r.status() == 0 ? String.join(" ", r.lines()) : "refused";
    }

    @ParameterizedTest
    @CsvSource({
        "class, all lab",
        "group, back none most",
        "type, in web out tap in",
        "'class,type', all/out all/in all/web lab/in lab/tap",
        "'type,class', in/all web/all out/all tap/lab in/lab",
        "'flowtype,id-flowtype', in/1 web/2 out/3 tap/4 labin/5",
        "default-type, 'web in '",
        "'class,default-type', all/web all/in lab/",
        "default-class, lab",
        "sensor, S0 S1 S2 lone",
        "'sensor,class', S0/all S0/lab S1/all S1/lab S2/all lone/",
        "'class,sensor', all/S2 all/S0 all/S1 lab/S1 lab/S0",
        "'group,sensor', back/S2 back/S0 none/ most/S1 most/S2 most/S0",
        "'group,class', back/all back/lab none/ most/all most/lab",
        "'sensor,group', S0/back S0/most S1/most S2/back S2/most",
        "describe-sensor, ' same same '",
        "sensor:list, 'S0,S1,S2,lone'",
        "'class,sensor:list', 'all/S2,S0,S1 lab/S1,S0'",
        "'group,sensor:list', 'back/S2,S0 none/ most/S1,S2,S0'",
        "type:list, 'in,web,out,tap,in'",
        "'class,type:list', 'all/out,in,web lab/in,tap'",
        "'class,default-type:list', 'all/web,in lab/'",
        "'class,class:list', 'all/all,lab lab/all,lab'",
        "'sensor,class:list', 'S0/all,lab S1/all,lab S2/all lone/'",
        "'class,default-class:list', all/lab lab/lab",
        "'sensor,default-class:list', S0/lab S1/lab S2/lab lone/lab",
        "'class,mark-defaults', all/ lab/+",
        "'type,mark-defaults', 'in/* web/* out/ tap/+ in/+'",
        "'sensor,mark-defaults', 'S0/   S1/   S2/   lone/  '",
        "mark-defaults, ''"
    })
    void rowsAndTheirOrder(String fields, String expected) {
        assertThat(rows(fields)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "class; --classes=lab,all; all lab",
                "class; --classes=@; lab",
                "class,type; --types=@; all/in all/web",
                "type; --types=web,in; in web in",
                "class,type; --flowtypes=lab/in,all/out; all/out lab/in",
                "class,type; --flowtypes=all/in; all/in",
                "sensor; --sensors=S2,S0; S0 S2",
                "sensor; --sensors=back; S0 S2",
                "class,sensor; --sensors=S0,S2; all/S2 all/S0 lab/S0",
                "group; --groups=most,back; back most",
                "group; --groups=none; none",
                "group; --classes=lab; back most",
                "default-class; --classes=all; lab",
                "class,default-class:list; --classes=all; all/lab",
                "class,class:list; --classes=all; all/all",
                "sensor; --types=tap; S0 S1",
                "class; --sensors=@; refused",
                "class; --groups=@; refused",
                "class; --flowtypes=@; refused",
                "class; --sensors=s0; refused",
                "class; --classes= lab; refused",
                "class; --sensors=S0, S1; refused"
            })
    void restrictionsNeverChangeAnOrder(String fields, String option, String expected) {
        assertThat(rows(fields, option)).isEqualTo(expected);
    }

    @Test
    void marksAlonePrintTheirTitle() {
        Workbench.Result r =
                new Workbench(directory, MapSid::new, RwSiteInfo::new)
                        .run("rwsiteinfo", "--site-config-file=my.conf", "--fields=mark-defaults");
        assertThat(r.out()).isEqualTo("Defaults|\n");
        assertThat(r.status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "S2,S0; S0 S2",
                "'  S2 ,, S0 #comment\r\n\n# nothing\n'; S0 S2",
                "'S2\nS0\n'; S0 S2",
                "S2 S0; refused",
                "'@other\n'; refused",
                "'# nothing\n\n'; refused"
            })
    void namesFromAFile(String text, String expected) throws IOException {
        Files.writeString(
                directory.resolve("names.txt"), text.replace("\\r", "\r").replace("\\n", "\n"));
        assertThat(rows("sensor", "--sensors=@names.txt")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fields=class", "--classes=all", "--sensors=S0"})
    void aSwitchIsGivenOnce(String option) {
        Workbench.Result r = run("class", option, option);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err()).contains("given twice");
    }

    @Test
    void mapsidPadsEveryName() {
        Workbench.Result r =
                new Workbench(directory, MapSid::new, RwSiteInfo::new)
                        .run("mapsid", "--site-config-file=my.conf", "--print-descriptions");
        assertThat(r.lines())
                .containsExactly(
                        "    0 -> S0  ",
                        "    1 -> S1    \"same\"",
                        "    2 -> S2    \"same\"",
                        "    3 -> lone",
                        "Total sensors 4");
    }
}
