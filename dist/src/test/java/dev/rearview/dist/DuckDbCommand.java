package dev.rearview.dist;

import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;

/// `duckdb` as the pages use it: statements with `-c` or on standard input, rows on standard
/// output. The database is DuckDB's own; the command is ours, because the package that has it is
/// not everywhere.
final class DuckDbCommand {
    private DuckDbCommand() {}

    /// What a process needs to run it.
    static String classPath() {
        StringJoiner out = new StringJoiner(":");
        for (Class<?> c : new Class<?>[] {DuckDbCommand.class, org.duckdb.DuckDBDriver.class}) {
            try {
                out.add(
                        Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI())
                                .toString());
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return out.toString();
    }

    public static void main(String[] args) throws Exception {
        String text =
                args.length == 2 && args[0].equals("-c")
                        ? args[1]
                        : new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        if (args.length != 0 && args.length != 2) {
            throw new IllegalArgumentException("usage: duckdb [-c SQL]");
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = db.createStatement()) {
            for (String sql : text.split(";\\s*(\n|$)", -1)) {
                if (!sql.isBlank() && statement.execute(sql)) {
                    print(statement.getResultSet(), out);
                }
            }
        }
    }

    private static void print(ResultSet rows, PrintStream out) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        StringJoiner titles = new StringJoiner("|");
        for (int i = 1; i <= columns; i++) {
            titles.add(rows.getMetaData().getColumnLabel(i));
        }
        out.println(titles);
        while (rows.next()) {
            StringJoiner row = new StringJoiner("|");
            for (int i = 1; i <= columns; i++) {
                row.add(rows.getString(i));
            }
            out.println(row);
        }
    }
}
