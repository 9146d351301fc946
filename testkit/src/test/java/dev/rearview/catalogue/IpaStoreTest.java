package dev.rearview.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.testkit.PostgresServer;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import dev.rearview.text.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The catalogue in either kind of database: what comes back, times, labels and refusals.
class IpaStoreTest {
    private static final Period APRIL = new Period(ms("2007/04/01"), ms("2007/05/01"));
    private static final Period MAY = new Period(ms("2007/05/01"), ms("2007/06/01"));

    @TempDir private Path directory;

    private static long ms(String time) {
        return TimeText.parse(time).ms();
    }

    private static IpaStore.Entry entry(String range, long counter, Optional<String> label) {
        IpRange r = IpRange.parse(range);
        return new IpaStore.Entry(r.loHi(), r.loLo(), r.hiHi(), r.hiLo(), counter, label);
    }

    private static IpaStore.Content of(IpaStore.Entry... entries) {
        return out -> {
            for (IpaStore.Entry e : entries) {
                out.add(e);
            }
        };
    }

    private static void put(
            DatabaseUrl url, String catalog, IpaStore.Kind kind, Period p, IpaStore.Content content)
            throws IOException {
        try (Database d = Database.open(url, Database.Use.WRITE)) {
            new IpaStore(d).put(new IpaStore.Import(catalog, "", kind, p, "x"), content);
        }
    }

    @Test
    void inSqlite() throws IOException {
        scenario(DatabaseUrl.parse("sqlite:ipa.db", directory));
    }

    @Test
    void inPostgres() throws IOException {
        Optional<PostgresServer> started = PostgresServer.start(directory);
        assumeTrue(started.isPresent(), "PostgreSQL is not installed");
        try (PostgresServer server = started.get()) {
            scenario(DatabaseUrl.parse(server.url(), directory));
        }
    }

    private static void scenario(DatabaseUrl url) throws IOException {
        IpaStore.Entry[] hosts = {
            entry("10.0.0.0/8", 0, Optional.empty()), entry("2001:db8::/32", 0, Optional.empty())
        };
        put(url, "watch", IpaStore.Kind.SET, APRIL, of(hosts));
        put(url, "watch", IpaStore.Kind.SET, MAY, of(entry("10.1.2.3", 0, Optional.empty())));
        put(
                url,
                "counts",
                IpaStore.Kind.BAG,
                Period.ALWAYS,
                of(entry("1.1.1.1", -2, Optional.empty())));
        put(
                url,
                "who",
                IpaStore.Kind.MAP,
                APRIL,
                of(
                        entry("1.0.0.0/24", 0, Optional.of("bad")),
                        entry("1.0.1.0/24", 0, Optional.of("it's \"good\""))));
        refusals(url);
        try (Database d = Database.open(url, Database.Use.READ)) {
            IpaStore store = new IpaStore(d);
            List<IpaStore.Entry> read = new ArrayList<>();
            List<IpaStore.Dataset> found = store.find("watch", Period.at(ms("2007/04/30")));
            assertThat(found).hasSize(1);
            store.read(found.getFirst(), read::add);
            assertThat(read).containsExactly(hosts);
            assertThat(store.find("watch", Period.at(ms("2007/05/01")))).hasSize(1);
            assertThat(store.find("watch", Period.at(ms("2007/06/01")))).isEmpty();
            assertThat(store.find("watch", Period.ALWAYS)).hasSize(2);
            read.clear();
            store.read(store.find("counts", Period.at(0)).getFirst(), read::add);
            assertThat(read.getFirst().counter()).isEqualTo(-2);
            assertThatThrownBy(() -> store.find("none", Period.ALWAYS))
                    .hasMessageContaining("no catalog none");
            expressions(store);
        }
    }

    private static void refusals(DatabaseUrl url) {
        IpaStore.Content one = of(entry("9.9.9.9", 0, Optional.empty()));
        assertThatThrownBy(() ->
                        put(url, "watch", IpaStore.Kind.SET, Period.at(ms("2007/04/15")), one))
                .hasMessageContaining("some of that time");
        assertThatThrownBy(() -> put(url, "watch", IpaStore.Kind.BAG, Period.at(0), one))
                .hasMessageContaining("of kind set, not bag");
        // What fails in the middle leaves nothing.
        assertThatThrownBy(() ->
                        put(
                                url,
                                "half",
                                IpaStore.Kind.SET,
                                Period.ALWAYS,
                                out -> {
                                    out.add(entry("9.9.9.9", 0, Optional.empty()));
                                    throw new IOException("the file is damaged");
                                }))
                .hasMessage("the file is damaged");
        assertThatThrownBy(
                        () -> {
                            try (Database d = Database.open(url, Database.Use.READ)) {
                                new IpaStore(d).find("half", Period.ALWAYS);
                            }
                        })
                .hasMessageContaining("no catalog half");
    }

    private static boolean holds(IpaStore store, String expression, String address)
            throws IOException {
        IpSet set = IpaExpression.addresses(expression, store, ms("2007/04/15"));
        Ip ip = IpText.parse(address);
        return set.contains(ip.hi(), ip.lo());
    }

    private static void expressions(IpaStore store) throws IOException {
        assertThat(holds(store, "in watch", "10.9.9.9")).isTrue();
        assertThat(holds(store, "in watch", "2001:db8::9")).isTrue();
        assertThat(holds(store, "in watch at 2007/05/20", "10.9.9.9")).isFalse();
        assertThat(holds(store, "in watch at 2007/05/20", "10.1.2.3")).isTrue();
        assertThat(holds(store, "in watch before 2007/01/01", "10.9.9.9")).isFalse();
        assertThat(holds(store, "IN watch BETWEEN 2007/03/01 AND 2007/04/02", "10.9.9.9")).isTrue();
        assertThat(holds(store, "label bad after 2007/01/01", "1.0.0.7")).isTrue();
        assertThat(holds(store, "label bad after 2008/01/01", "1.0.0.7")).isFalse();
        assertThat(holds(store, "not label bad", "1.0.0.7")).isFalse();
        assertThat(holds(store, "in counts and not (in watch or label bad)", "1.1.1.1")).isTrue();
        for (String wrong :
                List.of(
                        "",
                        "watch",
                        "in",
                        "in watch at",
                        "in watch at noon",
                        "in watch or",
                        "(in watch",
                        "in watch)",
                        "in \"watch",
                        "in watch between 2007/01/01",
                        "in watch between 2008/01/01 and 2007/01/01",
                        "(".repeat(99))) {
            assertThatThrownBy(() -> IpaExpression.addresses(wrong, store, 0))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void addressesOfDatabases() {
        Path base = Path.of("/etc");
        assertThat(DatabaseUrl.parse("sqlite:ipa.db", base).text()).isEqualTo("/etc/ipa.db");
        assertThat(DatabaseUrl.parse("sqlite:///var/ipa.db", base).text()).isEqualTo("/var/ipa.db");
        assertThat(DatabaseUrl.parse("postgresql://u:p%40ss:w@db.example.com/ipa", base))
                .isEqualTo(
                        new DatabaseUrl.Postgres(
                                "db.example.com",
                                5432,
                                "ipa",
                                Optional.of("u"),
                                Optional.of("p@ss:w")));
        assertThat(DatabaseUrl.parse("postgres://[::1]:99/ipa", base).text())
                .isEqualTo("postgresql://[::1]:99/ipa");
        for (String wrong :
                List.of(
                        "",
                        "sqlite:",
                        "sqlite:a?b=c",
                        "sqlite::memory:",
                        "mysql://h/d",
                        "postgresql://h",
                        "postgresql://h:0/d",
                        "postgresql://h:99999/d",
                        "postgresql://h/d?socketFactory=x")) {
            assertThatThrownBy(() -> DatabaseUrl.parse(wrong, base))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:secret@h", base))
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:50%qx@h/d", base))
                .hasMessageContaining("%")
                .hasMessageNotContaining("qx");
    }

    @Test
    void aFileToBeReadHasToBeThere() throws IOException {
        DatabaseUrl url = DatabaseUrl.parse("sqlite:none.db", directory);
        assertThatThrownBy(() -> Database.open(url, Database.Use.READ))
                .isInstanceOf(NoSuchFileException.class);
        Files.writeString(directory.resolve("text.db"), "no database, but text ".repeat(99));
        try (Database d =
                Database.open(DatabaseUrl.parse("sqlite:text.db", directory), Database.Use.READ)) {
            assertThatThrownBy(() -> new IpaStore(d).find("watch", Period.ALWAYS))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("text.db");
        }
    }
}
