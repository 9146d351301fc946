package dev.rearview.tools.store;

import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.Layout;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Parquet files of the store as a view of DuckDB: addresses as text, as rwcut prints them,
/// sensors, classes and types by name, times as timestamps. It needs no extension, and what a query
/// does not select is neither read nor computed. Files of both layouts look the same.
final class DuckDbView {
    /// Addresses are sixteen octets, which SQL takes apart as hexadecimal digits.
    private static final String MACROS =
            """
            CREATE OR REPLACE MACRO rearview_octet(a, i) AS
              ('0x' || substr(hex(a), 1 + 2 * i, 2))::UTINYINT;
            CREATE OR REPLACE MACRO rearview_ipv4(a) AS concat_ws('.', rearview_octet(a, 12),
              rearview_octet(a, 13), rearview_octet(a, 14), rearview_octet(a, 15));
            CREATE OR REPLACE MACRO rearview_groups(a) AS array_to_string([coalesce(nullif(ltrim(
              lower(substr(hex(a), 1 + 4 * i, 4)), '0'), ''), '0') for i in range(8)], ':');
            CREATE OR REPLACE MACRO rearview_zeros(t) AS [n for n in range(8, 1, -1)
              if contains(':' || t || ':', ':' || repeat('0:', n))][1];
            CREATE OR REPLACE MACRO rearview_short(t) AS CASE WHEN rearview_zeros(t) IS NULL THEN t
              ELSE regexp_replace(regexp_replace(':' || t || ':',
              ':(0:){' || rearview_zeros(t) || '}', '::'), '^:([^:])|([^:]):$', '\\1\\2', 'g') END;
            CREATE OR REPLACE MACRO rearview_ip(a, attributes) AS
              CASE WHEN attributes & 128 = 0 THEN rearview_ipv4(a)
              WHEN hex(a) LIKE '00000000000000000000FFFF%' THEN '::ffff:' || rearview_ipv4(a)
              ELSE rearview_short(rearview_groups(a)) END;
            """;

    private static final String ADDRESSES =
            """
              rearview_ip(sip, attributes) AS sip,
              rearview_ip(dip, attributes) AS dip,
              sport, dport, proto,
            """;

    private static final String FLAGS =
            """
              flags, initial_flags, session_flags, attributes,
            """;

    /// Volumes above the largest number with a sign are shown as sealing would store them.
    private static final String FIRST_VOLUMES =
            """
              least(packets, 9223372036854775807)::BIGINT AS packets,
              least(bytes, 9223372036854775807)::BIGINT AS bytes,
            """;

    private static final String FIRST_TIMES =
            """
              make_timestamp(epoch_us(stime)) AS stime,
              make_timestamp(epoch_us(stime) + duration) AS etime,
              duration / 1000000 AS duration,
            """;

    private static final String VOLUMES =
            """
              packets, bytes,
            """;

    private static final String TIMES =
            """
              make_timestamp(epoch_us(stime) + stime_us) AS stime,
              make_timestamp(epoch_us(stime) + stime_us + duration * 1000 + duration_us) AS etime,
              (duration * 1000 + duration_us) / 1000000 AS duration,
            """;

    private static final String REST =
            """
              input, output, rearview_ip(nhip, attributes) AS nhip,
              application, sampling
            """;

    /// The columns as they are stored, for a repository without files.
    private static final String NOTHING =
            """
            FROM (SELECT ''::BLOB AS sip, ''::BLOB AS dip, ''::BLOB AS nhip, 0::USMALLINT AS sport,
              0::USMALLINT AS dport, 0::UTINYINT AS proto, 0::UTINYINT AS flags,
              0::UTINYINT AS initial_flags, 0::UTINYINT AS session_flags, 0::UTINYINT AS attributes,
              0::BIGINT AS packets, 0::BIGINT AS bytes, 0::UINTEGER AS sampling,
              NULL::TIMESTAMPTZ AS stime, 0::BIGINT AS duration, 0::UINTEGER AS input,
              0::UINTEGER AS output, 0::USMALLINT AS application, 0::USMALLINT AS sensor,
              0::UTINYINT AS class_type, 0 AS stime_us, 0 AS duration_us) WHERE false
            """;

    private DuckDbView() {}

    /// The statements that make the view `flows`.
    static String of(List<Path> files, Site site) {
        Map<Layout, List<Path>> byLayout =
                files.stream()
                        .collect(
                                Collectors.groupingBy(
                                        DuckDbView::layout,
                                        () -> new EnumMap<>(Layout.class),
                                        Collectors.toList()));
        List<String> parts = new ArrayList<>();
        byLayout.forEach((layout, own) -> parts.add(select(layout, site) + from(own)));
        if (parts.isEmpty()) {
            parts.add(select(Layout.SECOND, site) + NOTHING);
        }
        return MACROS
                + "CREATE OR REPLACE VIEW flows AS\n"
                + String.join("UNION ALL\n", parts)
                + ";\n";
    }

    /// The layout of a file; DuckDB says what is wrong with one that cannot be read.
    private static Layout layout(Path file) {
        try (ParquetReader reader = ParquetReader.open(file, file.toString())) {
            return reader.layout();
        } catch (IOException e) {
            return Layout.SECOND;
        }
    }

    private static String select(Layout layout, Site site) {
        boolean first = layout == Layout.FIRST;
        return "SELECT\n"
                + ADDRESSES
                + (first ? FIRST_VOLUMES : VOLUMES)
                + FLAGS
                + (first ? FIRST_TIMES : TIMES)
                + sensors(site)
                + types(site)
                + REST;
    }

    private static String from(List<Path> files) {
        return files.stream()
                .map(DuckDbView::literal)
                .collect(
                        Collectors.joining(
                                ",\n  ",
                                "FROM read_parquet([\n  ",
                                "\n], hive_partitioning = false)\n"));
    }

    private static String sensors(Site site) {
        StringBuilder out = new StringBuilder("  CASE sensor");
        for (Sensor s : site.sensors()) {
            out.append(" WHEN ").append(s.id()).append(" THEN ").append(quoted(s.name()));
        }
        return out.append(" WHEN 65535 THEN '?' ELSE sensor::VARCHAR END AS sensor,\n").toString();
    }

    private static String types(Site site) {
        StringBuilder classes = new StringBuilder("  CASE class_type");
        StringBuilder types = new StringBuilder("  CASE class_type");
        for (Flowtype t : site.flowtypes()) {
            String when = " WHEN " + t.id() + " THEN ";
            classes.append(when).append(quoted(t.className()));
            types.append(when).append(quoted(t.type()));
        }
        classes.append(" WHEN 255 THEN '?' ELSE '?' END AS class,\n");
        types.append(" WHEN 255 THEN '255' ELSE class_type::VARCHAR END AS type,\n");
        return classes.append(types).toString();
    }

    /// A file's path as a pattern that fits nothing else.
    private static String literal(Path file) {
        return quoted(file.toString().replaceAll("[\\[*?]", "[$0]"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
