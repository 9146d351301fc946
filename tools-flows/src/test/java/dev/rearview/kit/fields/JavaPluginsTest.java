package dev.rearview.kit.fields;

import static dev.rearview.testkit.SampleSite.DAY_MS;
import static dev.rearview.testkit.SampleSite.flow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.testkit.SampleSite;
import dev.rearview.testkit.Workbench;
import dev.rearview.tools.rwcut.RwCut;
import dev.rearview.tools.rwfilter.RwFilter;
import dev.rearview.tools.rwsort.RwSort;
import dev.rearview.tools.rwuniq.RwUniq;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaPluginsTest {
    private static final String SOURCE =
            """
            package example;

            import dev.rearview.engine.plugin.FlowPlugin;
            import dev.rearview.engine.plugin.RowFunction;
            import java.util.Map;

            public final class Digits implements FlowPlugin {
                @Override
                public Map<String, String> fields() {
                    return Map.of("sDigits", "digits(sport)", "big", "bytes > 100");
                }

                @Override
                public Map<String, RowFunction> functions() {
                    return Map.of(
                            "digits", v -> String.valueOf(v[0]).chars().map(c -> c - '0').sum(),
                            "lastOctet", v -> v[1] & 255,
                            "fails", v -> v[5]);
                }
            }
            """;

    @TempDir Path directory;
    private Workbench bench;

    @BeforeEach
    void site() throws IOException {
        bench = SampleSite.bench(directory, RwCut::new, RwFilter::new, RwSort::new, RwUniq::new);
        SampleSite.write(bench.path("f.rw"), of(50_001, 99), of(50_002, 2000), of(9, 5));
        Files.createDirectory(bench.path("plugins"));
        jar(bench.path("plugins").resolve("digits.jar"), "example.Digits", SOURCE);
    }

    private static FlowRecord of(int sport, long bytes) {
        FlowRecord r = flow(DAY_MS, 17);
        r.setSipV4(0x0A00_0005 + sport % 10);
        r.sport = sport;
        r.bytes = bytes;
        return r;
    }

    /// Compiles a class and puts it into a jar with its service.
    private void jar(Path jar, String name, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createDirectory(directory.resolve("classes"));
        URI uri = URI.create("string:///" + name.replace('.', '/') + ".java");
        SimpleJavaFileObject file =
                new SimpleJavaFileObject(uri, SimpleJavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignored) {
                        return source;
                    }
                };
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"));
        assertThat(compiler.getTask(null, null, null, options, null, List.of(file)).call())
                .isTrue();
        String path = name.replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out)) {
            zip.putNextEntry(new JarEntry(path));
            zip.write(Files.readAllBytes(classes.resolve(path)));
            zip.putNextEntry(
                    new JarEntry("META-INF/services/dev.rearview.engine.plugin.FlowPlugin"));
            zip.write(name.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String out(String... words) {
        Workbench.Result r = bench.run(words);
        assertThat(r.status()).as(r.err()).isZero();
        return r.out();
    }

    @Test
    void aJarAddsFieldsAndFunctions() {
        String jar = "--plugin=plugins/digits.jar";
        assertThat(out("rwcut", jar, "--fields=sport,sdigits,(lastoctet(sip) * 2),big", "f.rw"))
                .isEqualTo(
                        """
                        sPort|        sDigits|lastoctet(sip) * 2|  big|
                        50001|              6|                12|    0|
                        50002|              7|                14|    1|
                            9|              9|                28|    0|
                        """);
        assertThat(out("rwuniq", jar, "--fields=big", "--values=m=(max(digits(sport)))", "f.rw"))
                .isEqualTo(
                        "  big|              m|\n    0|              9|\n    1|              7|\n");
        out("rwsort", jar, "--fields=sdigits", "--reverse", "--output-path=s.rw", "f.rw");
        assertThat(out("rwcut", "--fields=sport", "--no-titles", "--delimited", "s.rw"))
                .isEqualTo("9\n50002\n50001\n");
        out("rwfilter", jar, "--expr=sDigits > 6 and digits(5) = 5", "--pass=p.rw", "f.rw");
        assertThat(out("rwcut", "--fields=sport", "--no-titles", "--delimited", "p.rw"))
                .isEqualTo("50002\n9\n");
        assertThat(out("rwcut", jar, "--help-fields")).contains("\n  sDigits\n");
    }

    @Test
    void aDirectoryOfJarsIsUsedByEveryCommand() {
        bench.set("REARVIEW_PLUGINS", "plugins");
        assertThat(out("rwcut", "--fields=sDigits", "--no-titles", "--delimited", "f.rw"))
                .isEqualTo("6\n7\n9\n");
        assertThat(out("rwfilter", "--expr=digits(sport) = 9", "--print-statistics=stdout", "f.rw"))
                .contains("Pass          1.");
    }

    @Test
    void whatGoesWrongIsTold() {
        bench.write("empty.jar", "");
        bench.set("SILK_CLOBBER", "1");
        String[][] wrong = {
            {"--plugin=no.jar", "no.jar: no such file"},
            {"--plugin=empty.jar", "plug-in empty.jar"},
        };
        for (String[] w : wrong) {
            Workbench.Result r = bench.run("rwcut", w[0], "--fields=sip", "f.rw");
            assertThat(r.status()).isOne();
            assertThat(r.err()).contains(w[1]);
        }
        Workbench.Result r =
                bench.run(
                        "rwcut", "--plugin=plugins/digits.jar", "--fields=(fails(sport))", "f.rw");
        assertThat(r.status()).isOne();
        assertThat(r.err()).contains("function fails of a plug-in: ", "ArrayIndexOutOfBounds");
        r = bench.run("rwcut", "--fields=(digits(sport))", "f.rw");
        assertThat(r.err()).contains("unknown function 'digits'");
    }
}
