package dev.rearview.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which known name a mistyped one was meant to be, and the message that says so.
public final class Nearest {
    private static final int MAX_LENGTH = 64;
    private static final int MAX_LIST = 400;
    private static final int SHOWN_OF_LONG_LIST = 8;

    private Nearest() {}

    /// The known name that is most like the word, if any is like it: a third of its letters may be
    /// wrong, missing, too many or swapped with the next, or its end may be missing.
    public static Optional<String> of(String word, Collection<String> known) {
        if (word.isEmpty() || word.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String wanted = word.toLowerCase(Locale.ROOT);
        int most = Math.max(1, bare(wanted).length() / 3);
        return known.stream()
                .filter(name -> isLike(wanted, name.toLowerCase(Locale.ROOT), most))
                .min(Comparator.comparingInt(name -> distance(wanted, name)));
    }

    /// `unknown field 'sipp'; did you mean 'sip'? known: sip, dip, …`: the nearest name, where one
    /// is near, and the list; of a long one the names that are most like the word.
    ///
    /// @param what kind of name
    public static String unknown(String what, String word, Collection<String> known) {
        StringBuilder out = new StringBuilder("unknown ").append(what);
        out.append(" '").append(word).append('\'');
        of(word, known).ifPresent(n -> out.append("; did you mean '").append(n).append("'?"));
        if (!known.isEmpty()) {
            out.append(out.charAt(out.length() - 1) == '?' ? " known: " : "; known: ");
            out.append(list(word, known));
        }
        return out.toString();
    }

    private static String list(String word, Collection<String> known) {
        List<String> names = new ArrayList<>(new LinkedHashSet<>(known));
        String whole = String.join(", ", names);
        if (whole.length() <= MAX_LIST || names.size() <= SHOWN_OF_LONG_LIST) {
            return whole;
        }
        if (word.length() <= MAX_LENGTH) {
            String wanted = word.toLowerCase(Locale.ROOT);
            names.sort(Comparator.comparingInt(name -> distance(wanted, name)));
        }
        return String.join(", ", names.subList(0, SHOWN_OF_LONG_LIST))
                + " and "
                + (names.size() - SHOWN_OF_LONG_LIST)
                + " more";
    }

    private static boolean isLike(String wanted, String name, int most) {
        return name.length() <= MAX_LENGTH
                && (name.startsWith(wanted) && bare(wanted).length() > 1
                        || distance(wanted, name) <= most);
    }

    /// A switch without its dashes, which are no letters that could be wrong.
    private static String bare(String word) {
        return word.startsWith("--") ? word.substring(2) : word;
    }

    /// The least number of letters put in, left out, replaced or swapped with the next one.
    private static int distance(String wanted, String known) {
        String name = known.toLowerCase(Locale.ROOT);
        int width = name.length() + 1;
        int[] beforeLast = new int[width];
        int[] last = new int[width];
        Arrays.setAll(last, j -> j);
        for (int i = 1; i <= wanted.length(); i++) {
            int[] row = new int[width];
            row[0] = i;
            for (int j = 1; j < width; j++) {
                boolean same = wanted.charAt(i - 1) == name.charAt(j - 1);
                int replaced = last[j - 1] + (same ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && wanted.charAt(i - 1) == name.charAt(j - 2)
                        && wanted.charAt(i - 2) == name.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[width - 1];
    }
}
