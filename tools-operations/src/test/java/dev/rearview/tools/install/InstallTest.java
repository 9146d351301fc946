package dev.rearview.tools.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.testkit.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is put where, what is left alone, and an end before the end, with sources of small files.
class InstallTest {
    private static final String HOME = "rearview.home";

    @TempDir Path root;
    private Path directory;
    private Path home;
    private Path prefix;
    private Workbench bench;
    private String before;

    @BeforeEach
    void sources() throws IOException {
        before = System.getProperty(HOME, "");
        directory = root.toRealPath();
        home = Files.createDirectory(directory.resolve("home"));
        prefix = directory.resolve("opt");
        bench = new Workbench(directory, Install::new, Uninstall::new);
        for (String name :
                List.of(
                        "README.md",
                        "CHANGELOG.md",
                        "SECURITY.md",
                        "LICENSE",
                        "NOTICE",
                        "bin/rearview-tool",
                        "bin/find-java",
                        "completion/rearview.bash",
                        "completion/rearview.fish",
                        "completion/_rearview",
                        "dist/target/rearview.jar",
                        "dist/target/rearview.aot",
                        "dist/target/rearview.java",
                        "man/man1/rwcut.1",
                        "docs/formats/store.md")) {
            Path file = home.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        for (String name : List.of("rearview", "rwcut")) {
            Files.createSymbolicLink(home.resolve("bin").resolve(name), Path.of("rearview-tool"));
        }
        Files.setPosixFilePermissions(
                home.resolve("bin/rearview-tool"), PosixFilePermissions.fromString("rwx------"));
        System.setProperty(HOME, home.toString());
    }

    @AfterEach
    void restore() {
        if (before.isEmpty()) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, before);
        }
    }

    private Workbench.Result install() {
        return bench.run("install", "--prefix=" + prefix);
    }

    private Workbench.Result uninstall() {
        return bench.run("uninstall", "--prefix=" + prefix);
    }

    /// What there is below the prefix, but for directories.
    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(prefix)) {
            return all.filter(p -> !Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> prefix.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Workbench.Result failed(String message) {
        return new Workbench.Result(1, "", message + "\n");
    }

    @Test
    void everythingIsWhereOthersLookForIt() throws IOException {
        Workbench.Result r = install();
        assertThat(r.status()).isZero();
        assertThat(r.lines())
                .containsExactly(
                        "Installed in " + prefix + ": 20 files, 0 MB.",
                        "For your shell: export PATH=" + prefix + "/bin:$PATH",
                        "To remove it:   rearview uninstall --prefix=" + prefix);
        // Neither jar nor cache is one.
        assertThat(r.err())
                .isEqualTo(
                        "install: the JDK does not take "
                                + prefix
                                + "/lib/rearview/rearview.aot, so commands start slowly: run"
                                + " ./rearview build and install again\n");
        assertThat(files())
                .containsExactly(
                        "bin/rearview",
                        "bin/rearview-tool",
                        "bin/rwcut",
                        "lib/rearview/find-java",
                        "lib/rearview/manifest",
                        "lib/rearview/rearview.aot",
                        "lib/rearview/rearview.jar",
                        "lib/rearview/rearview.java",
                        "share/bash-completion/completions/rearview",
                        "share/bash-completion/completions/rwcut",
                        "share/doc/rearview/CHANGELOG.md",
                        "share/doc/rearview/LICENSE",
                        "share/doc/rearview/NOTICE",
                        "share/doc/rearview/README.md",
                        "share/doc/rearview/SECURITY.md",
                        "share/doc/rearview/docs/formats/store.md",
                        "share/fish/vendor_completions.d/rearview.fish",
                        "share/fish/vendor_completions.d/rwcut.fish",
                        "share/man/man1/rwcut.1",
                        "share/zsh/site-functions/_rearview");
        assertThat(Files.readSymbolicLink(prefix.resolve("bin/rwcut")))
                .isEqualTo(Path.of("rearview-tool"));
        assertThat(permissions("bin/rearview-tool")).isEqualTo("rwxr-xr-x");
        assertThat(permissions("lib/rearview/rearview.jar")).isEqualTo("rw-r--r--");
        assertThat(permissions("lib/rearview")).isEqualTo("rwxr-xr-x");
        assertThat(Files.getLastModifiedTime(prefix.resolve(Layout.JAR)))
                .isEqualTo(Files.getLastModifiedTime(home.resolve("dist/target/rearview.jar")));
    }

    private String permissions(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(prefix.resolve(file)));
    }

    @Test
    void aPathThatHasItIsNotExplained() {
        bench.set("PATH", "/bin:" + prefix + "/bin");
        assertThat(install().lines()).hasSize(2).noneMatch(l -> l.startsWith("For your shell"));
    }

    @Test
    void whatIsMissingOfABuildIsNamedBeforeAnythingIsWritten() throws IOException {
        Files.delete(home.resolve("dist/target/rearview.aot"));
        assertThat(install())
                .isEqualTo(
                        failed(
                                "install: "
                                        + home
                                        + "/dist/target/rearview.aot is missing: run ./rearview"
                                        + " build first"));
        assertThat(prefix).doesNotExist();
        Files.delete(home.resolve("dist/target/rearview.jar"));
        Workbench.Result r = install();
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("install: this needs the sources: run ./rearview install there\n");
        assertThat(prefix).doesNotExist();
    }

    /// SiLK's commands, say: three are named, and none is touched.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bin/rwcut; bin/rwcut",
                "bin/rwcut share/man/man1/rwcut.1; bin/rwcut, share/man/man1/rwcut.1",
                "bin/rearview bin/rearview-tool bin/rwcut share/man/man1/rwcut.1"
                        + " lib/rearview/find-java;"
                        + " bin/rearview, bin/rearview-tool, bin/rwcut and 2 more"
            })
    void whatIsSomebodyElsesStays(String theirs, String named) throws IOException {
        for (String name : theirs.split(" ", -1)) {
            Files.createDirectories(prefix.resolve(name).getParent());
            Files.writeString(prefix.resolve(name), "theirs");
        }
        assertThat(install())
                .isEqualTo(
                        failed(
                                "install: "
                                        + prefix
                                        + " has "
                                        + named
                                        + " that Rearview did not install: choose another"
                                        + " --prefix"));
        assertThat(files())
                .containsExactlyInAnyOrder(theirs.split(" ", -1))
                .allMatch(f -> bench.text("opt/" + f).equals("theirs"));
    }

    /// Something is in the way of one file: what came before it can be taken away, or completed.
    @Test
    void whatEndedInItsMiddleIsRemovedOrCompleted() throws IOException {
        Path obstacle = prefix.resolve("share/doc/rearview/.LICENSE.new");
        Files.createDirectories(obstacle.resolve("full"));
        Workbench.Result r = install();
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith("install: " + obstacle).hasLineCount(1);
        List<String> some = files();
        assertThat(some)
                .contains("bin/rwcut", "lib/rearview/manifest")
                .doesNotContain("share/doc/rearview/LICENSE");
        assertThat(uninstall())
                .isEqualTo(
                        new Workbench.Result(
                                0, "Removed " + some.size() + " files from " + prefix + ".\n", ""));
        assertThat(files()).isEmpty();
        assertThat(obstacle).isDirectory();
        assertThat(prefix.resolve("bin")).doesNotExist();
        install();
        Files.delete(obstacle.resolve("full"));
        assertThat(install().status()).isZero();
        assertThat(files()).hasSize(20);
    }

    @Test
    void aNewerOneTakesTheFilesOfTheOlderAwayThatItDoesNotHave() throws IOException {
        assertThat(install().status()).isZero();
        Files.delete(home.resolve("bin/rwcut"));
        Files.delete(home.resolve("man/man1/rwcut.1"));
        assertThat(install().status()).isZero();
        assertThat(files()).hasSize(16).noneMatch(f -> f.contains("rwcut"));
        assertThat(uninstall().out()).isEqualTo("Removed 16 files from " + prefix + ".\n");
        assertThat(prefix).doesNotExist();
    }

    @Test
    void theOneThatRunsIsRemovedUnlessAnotherIsMeant() throws IOException {
        assertThat(install().status()).isZero();
        System.setProperty(HOME, prefix.toString());
        Path other = directory.resolve("other");
        Workbench.Result r = bench.run("uninstall", "--prefix=" + other);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.err())
                .startsWith("uninstall: nothing is installed in " + other + ": use --prefix\n");
        assertThat(files()).hasSize(20);
        assertThat(bench.good("uninstall")).isEqualTo("Removed 20 files from " + prefix + ".\n");
        assertThat(prefix).doesNotExist();
    }

    @Test
    void aPackageIsStagedBelowItsPrefix() {
        Workbench.Result r = bench.run("install --prefix=/usr/./local --destdir=stage");
        assertThat(r.status()).isZero();
        assertThat(r.lines().getFirst())
                .startsWith("Installed in " + directory + "/stage/usr/local: 20 files");
        assertThat(bench.good("uninstall --prefix=/usr/local --destdir=stage"))
                .startsWith("Removed 20 files from " + directory + "/stage/usr/local");
        assertThat(directory.resolve("stage/usr/local")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../victim", "bin/../../victim", "bin/../rwcut", ""})
    void aListThatLeadsElsewhereIsNotFollowed(String line) throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "");
        Files.createDirectories(prefix.resolve("lib/rearview"));
        Files.createDirectories(prefix.resolve("bin"));
        Files.writeString(prefix.resolve("bin/rwcut"), "");
        Files.writeString(prefix.resolve(Manifest.PATH), "# title\nbin/rwcut\n" + line + "\n");
        String why = prefix.resolve(Manifest.PATH) + ":3: not a path below the prefix";
        assertThat(uninstall()).isEqualTo(failed("uninstall: " + why));
        assertThat(install()).isEqualTo(failed("install: " + why));
        assertThat(victim).exists();
        assertThat(files()).containsExactly("bin/rwcut", Manifest.PATH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "install --prefix=; install: invalid --prefix '': empty directory",
                "install --destdir=; install: invalid --destdir '': empty directory",
                "uninstall --prefix=; uninstall: invalid --prefix '': empty directory",
                "install here; install: unexpected argument 'here'",
                "uninstall here; uninstall: unexpected argument 'here'"
            })
    void isRefused(String line, String message) {
        Workbench.Result r = bench.run(line);
        assertThat(r.status()).isEqualTo(1);
        assertThat(r.out()).isEmpty();
        assertThat(r.err()).startsWith(message);
        assertThat(prefix).doesNotExist();
    }
}
