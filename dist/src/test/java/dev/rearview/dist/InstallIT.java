package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./rearview install` and `uninstall`, and what the scripts of the sources do.
class InstallIT {
    private static final String SITE =
            """
            version 2
            sensor 0 NORTH
            class all
              sensors NORTH
              type 0 in in
              type 1 out out
              type 2 inweb iw
              default-types in inweb
            end class
            default-class all
            packing-logic "packlogic-twoway.so"
            """;

    @TempDir Path directory;

    private Shell shell;
    private Path prefix;

    @BeforeEach
    void prepare() throws IOException {
        // Another user is to see what is in it.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        shell = new Shell(directory, Map.of("HOME", "/nonexistent"));
        prefix = directory.resolve("opt/pre fix");
    }

    private Shell.Result install(String more) throws Exception {
        return shell.run("umask 077; " + script() + " install --prefix='" + prefix + "' " + more);
    }

    private static Path script() {
        return Shell.ROOT.resolve("rearview");
    }

    /// What a user who owns nothing gets of a line of shell.
    private Shell.Result asNobody(String line) throws Exception {
        boolean isRoot = shell.run("id -u").out().strip().equals("0");
        String start = isRoot ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
        return shell.run(start + "sh -c '" + line + "'");
    }

    @Test
    void everyUserRunsItReadOnlyAndThroughLinks() throws Exception {
        Shell.Result r = install("");
        assertThat(r.err()).isEmpty();
        assertThat(r.exit()).isZero();
        assertThat(r.out())
                .contains("Installed in " + prefix + ": ")
                .contains("To remove it:   rearview uninstall --prefix=" + prefix);
        shell.run("chmod -R a-w opt; mkdir -p elsewhere/bin");
        shell.run("chmod 755 opt; ln -s '" + prefix + "/bin/rwtuc' elsewhere/bin/rwtuc");
        shell.run(
                "ln -s ../rwc elsewhere/bin/rwcut; ln -s '" + prefix + "/bin/rwcut' elsewhere/rwc");
        String bin = directory.resolve("elsewhere/bin").toString();
        r =
                asNobody(
                        "cd /; echo 443 | "
                                + bin
                                + "/rwtuc --fields=dport | "
                                + bin
                                + "/rwcut --fields=dport --no-titles");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).isEqualTo("  443|\n");
        r = asNobody("JDK_JAVA_OPTIONS=-Xlog:class+load " + bin + "/rwcut --version");
        assertThat(r.out())
                .containsPattern(
                        "dev\\.rearview\\.kit\\.command\\.Runner source: shared objects file");
        r = asNobody("\"" + prefix + "/bin/rearview\" --version");
        assertThat(r.out()).startsWith("rearview 0.1.0 ");
        shell.run("ln -s '" + prefix + "/bin/rwcut' elsewhere/mycut");
        shell.run("ln -s '" + prefix + "/bin/rearview' elsewhere/rv");
        r = asNobody(directory + "/elsewhere/mycut --version");
        assertThat(r.out()).startsWith("rwcut: ");
        r = asNobody(directory + "/elsewhere/rv rwcut --version");
        assertThat(r.out()).startsWith("rwcut: ");
    }

    @Test
    void manualsCompletionAndDocumentsAreThere() throws Exception {
        assertThat(install("").exit()).isZero();
        assertThat(prefix.resolve("share/man/man1/rwfilter.1")).isRegularFile();
        assertThat(prefix.resolve("share/man/man1/rearview.1")).isRegularFile();
        assertThat(prefix.resolve("share/doc/rearview/LICENSE")).isRegularFile();
        assertThat(prefix.resolve("share/doc/rearview/docs/formats/store.md")).isRegularFile();
        assertThat(prefix.resolve("share/zsh/site-functions/_rearview")).isRegularFile();
        assertThat(prefix.resolve("share/fish/vendor_completions.d/rwcut.fish")).isReadable();
        Files.writeString(directory.resolve("silk.conf"), SITE);
        // As bash does where bash-completion looks for a command's file.
        Shell.Result r =
                shell.run(
                        "bash -c 'source \"$0/share/bash-completion/completions/rwfilter\"; compopt() { :; };"
                                + " COMP_WORDS=(\"$0/bin/rwfilter\" --types = i); COMP_CWORD=3;"
                                + " export SILK_CONFIG_FILE=$PWD/silk.conf; _rearview; echo ${COMPREPLY[@]}' '"
                                + prefix
                                + "'");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).isEqualTo("in inweb\n");
    }

    @Test
    void whatWasInstalledGoesAgainAndNothingElse() throws Exception {
        assertThat(install("").exit()).isZero();
        // A second time, over an installation that had one file more.
        Path old = Files.writeString(prefix.resolve("bin/rwold"), "");
        Path manifest = prefix.resolve("lib/rearview/manifest");
        Files.writeString(manifest, Files.readString(manifest) + "bin/rwold\n");
        assertThat(install("").exit()).isZero();
        assertThat(old).doesNotExist();
        Path own = Files.writeString(prefix.resolve("share/mine"), "");
        Shell.Result r = shell.run("'" + prefix + "/bin/rearview' uninstall");
        assertThat(r.err()).isEmpty();
        assertThat(r.out()).matches("Removed [0-9]+ files from .*opt/pre fix\\.\n");
        try (Stream<Path> left = Files.walk(prefix)) {
            assertThat(left).containsExactlyInAnyOrder(prefix, prefix.resolve("share"), own);
        }
        r = shell.run(script() + " uninstall --prefix='" + prefix + "'");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err()).startsWith("uninstall: nothing is installed in " + prefix);
        Files.delete(own);
        shell.run("rm -r opt");
        assertThat(install("").exit()).isZero();
        assertThat(shell.run(script() + " uninstall --prefix='" + prefix + "'").exit()).isZero();
        assertThat(prefix).doesNotExist();
    }

    @Test
    void whatIsSomebodyElsesIsNotReplaced() throws Exception {
        Files.createDirectories(prefix.resolve("bin"));
        Files.writeString(prefix.resolve("bin/rwfilter"), "SiLK's");
        Shell.Result r = install("");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err())
                .isEqualTo(
                        "install: "
                                + prefix
                                + " has bin/rwfilter that Rearview did not install: choose another"
                                + " --prefix\n");
        try (Stream<Path> files = Files.walk(prefix).filter(Files::isRegularFile)) {
            assertThat(files).containsExactly(prefix.resolve("bin/rwfilter"));
        }
        assertThat(Files.readString(prefix.resolve("bin/rwfilter"))).isEqualTo("SiLK's");
    }

    @Test
    void aManifestThatLeadsElsewhereRemovesNothing() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "");
        Files.createDirectories(prefix.resolve("lib/rearview"));
        Files.writeString(prefix.resolve("lib/rearview/manifest"), "../../victim\n");
        Shell.Result r = shell.run(script() + " uninstall --prefix='" + prefix + "'");
        assertThat(r.exit()).isEqualTo(1);
        assertThat(r.err()).contains("lib/rearview/manifest:1: not a path below the prefix");
        assertThat(victim).exists();
    }

    @Test
    void aPackageIsStagedElsewhere() throws Exception {
        Shell.Result r = shell.run(script() + " install --prefix=/usr --destdir=stage");
        assertThat(r.exit()).as(r.err()).isZero();
        assertThat(directory.resolve("stage/usr/lib/rearview/rearview.jar")).isRegularFile();
        assertThat(shell.run("stage/usr/bin/rwcut --version").exit()).isZero();
        assertThat(shell.run(script() + " uninstall --prefix=/usr --destdir=stage").exit())
                .isZero();
        assertThat(directory.resolve("stage/usr")).doesNotExist();
    }

    /// Sources without anything built.
    private Path sources() throws Exception {
        Path sources = directory.resolve("sources");
        Shell.Result r =
                shell.run(
                        "mkdir sources; cp -P -R "
                                + Shell.ROOT.resolve("bin")
                                + " "
                                + script()
                                + " "
                                + Shell.ROOT.resolve("pom.xml")
                                + " sources; chmod -R a+rX,a-w sources");
        assertThat(r.exit()).as(r.err()).isZero();
        return sources;
    }

    @Test
    void whatIsNotBuiltSaysSoAndBuildsNothing() throws Exception {
        sources();
        for (String command :
                new String[] {
                    "sources/rearview run x", "sources/bin/rearview build", "sources/bin/rwcut"
                }) {
            Shell.Result r = shell.run(command);
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.err()).endsWith(": not built: run ./rearview build\n").hasLineCount(1);
        }
        for (String verb : new String[] {"build", "test", "bench"}) {
            Shell.Result r = asNobody("sources/rearview " + verb);
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.err()).contains("is not yours to build in").hasLineCount(1);
            assertThat(r.out()).isEmpty();
        }
    }

    @Test
    void redirectedOutputHasNoEscapeCodes() throws Exception {
        for (String command :
                new String[] {
                    Shell.ROOT.resolve("mvnw") + " -o -q --version",
                    Shell.ROOT.resolve("mvnw") + " -o -q -N nothing",
                    "rearview help",
                    "rearview rwcut --help",
                    "rearview nothing"
                }) {
            Shell.Result r =
                    new Shell(directory, Map.of("TERM", "xterm-256color"))
                            .run("cd " + Shell.ROOT + "; " + command);
            assertThat(r.out() + r.err()).as(command).doesNotContain("\u001B").isNotEmpty();
        }
    }
}
