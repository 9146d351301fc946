package dev.rearview.kit.catalogue;

import dev.rearview.catalogue.Database;
import dev.rearview.catalogue.DatabaseUrl;
import dev.rearview.catalogue.IpaExpression;
import dev.rearview.catalogue.IpaStore;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.SettingLines;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The catalogue of addresses, in the database that `silk-ipa.conf` names.
public final class IpaDatabase {
    /// The name of its configuration.
    public static final String CONFIGURATION = "silk-ipa.conf";

    private IpaDatabase() {}

    /// Opens it.
    ///
    /// @throws ToolException if there is no configuration
    public static Database open(Env env, Database.Use use) throws IOException {
        Path file =
                SiteOption.shared(env, CONFIGURATION)
                        .orElseThrow(() ->
                                ToolException.failure(
                                        "no "
                                                + CONFIGURATION
                                                + ": it is looked for in share/silk and share below"
                                                + " SILK_PATH and names the database"));
        return Database.open(url(file), use);
    }

    /// The first line that is neither blank nor a comment.
    private static DatabaseUrl url(Path file) throws IOException {
        List<SettingLines.Line> lines = SettingLines.of(file);
        if (lines.isEmpty()) {
            throw new MalformedInputException(file.toString(), -1, "", "names no database");
        }
        Path parent = file.toAbsolutePath().getParent();
        try {
            return DatabaseUrl.parse(lines.getFirst().text(), parent == null ? file : parent);
        } catch (IllegalArgumentException e) {
            throw lines.getFirst().wrong(String.valueOf(e.getMessage()));
        }
    }

    /// The addresses that an expression is true of, now unless it says otherwise.
    ///
    /// @throws IllegalArgumentException if the expression cannot be understood
    public static IpSet addresses(Env env, String expression) throws IOException {
        try (Database database = open(env, Database.Use.READ)) {
            return IpaExpression.addresses(
                    expression, new IpaStore(database), System.currentTimeMillis());
        }
    }
}
