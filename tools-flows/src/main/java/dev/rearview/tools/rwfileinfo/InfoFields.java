package dev.rearview.tools.rwfileinfo;

import dev.rearview.kit.options.ToolException;
import dev.rearview.text.IntegerList;
import dev.rearview.text.Names;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// The fields that can be printed, by name and number.
final class InfoFields {
    static final int FORMAT = 1;
    static final int COUNT_RECORDS = 7;
    static final int FILE_SIZE = 8;
    static final int PACKED_FILE_INFO = 12;

    static final List<String> NAMES =
            List.of(
                    "format",
                    "version",
                    "byte-order",
                    "compression",
                    "header-length",
                    "record-length",
                    "count-records",
                    "file-size",
                    "command-lines",
                    "record-version",
                    "silk-version",
                    "packed-file-info",
                    "probe-name",
                    "annotations",
                    "prefix-map",
                    "ipset",
                    "bag",
                    "aggregate-bag",
                    "tombstone");

    /// Fields whose values are numbers.
    private static final Set<String> NUMBERS =
            Set.of(
                    "version",
                    "header-length",
                    "record-length",
                    "count-records",
                    "file-size",
                    "record-version");

    /// Fields that have numbers: all but the tombstone.
    private static final int NUMBERED = 18;

    // The order of output: numbers of the names above.
    private static final int[] ORDER = {
        1, 2, 3, 4, 5, 6, 10, 11, 7, 8, 15, 17, 18, 9, 12, 13, 16, 14, 19
    };

    private InfoFields() {}

    /// What `--help-fields` prints.
    static String help() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < NAMES.size(); i++) {
            text.append(String.format(Locale.ROOT, "%2d  %s%n", i + 1, NAMES.get(i)));
        }
        return text.toString();
    }

    /// The number of the first field is 1.
    static String name(int field) {
        return NAMES.get(field - 1);
    }

    /// The names of some fields, in the order of output.
    static List<String> names(Set<Integer> fields) {
        return Arrays.stream(ORDER).filter(fields::contains).mapToObj(InfoFields::name).toList();
    }

    /// The numbers of all fields, in the order of output.
    static int[] inOrder() {
        return ORDER.clone();
    }

    static boolean isNumber(String name) {
        return NUMBERS.contains(name);
    }

    static Set<Integer> all() {
        Set<Integer> out = new TreeSet<>();
        for (int field : ORDER) {
            out.add(field);
        }
        return out;
    }

    /// The fields of a list of names, numbers and ranges.
    static Set<Integer> parse(String list) {
        Set<Integer> out = new TreeSet<>();
        try {
            for (String item : list.split(",", -1)) {
                if (item.isEmpty()) {
                    continue;
                }
                if (!Character.isDigit(item.charAt(0))) {
                    String name = Names.unique(item.toLowerCase(Locale.ROOT), NAMES, "field");
                    add(NAMES.indexOf(name) + 1, out);
                    continue;
                }
                IntegerList.range(item, NUMBERED, "field").forEach(id -> add(id, out));
            }
        } catch (IllegalArgumentException e) {
            throw new ToolException("invalid --fields: " + e.getMessage());
        }
        if (out.isEmpty()) {
            throw new ToolException("invalid --fields: no fields");
        }
        return out;
    }

    private static void add(int field, Set<Integer> out) {
        if (field == 0) {
            throw new IllegalArgumentException("there is no field 0");
        }
        out.add(field);
    }
}
