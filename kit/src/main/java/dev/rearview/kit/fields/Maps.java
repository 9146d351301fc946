package dev.rearview.kit.fields;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.command.Runner;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.ToolException;
import dev.rearview.kit.site.SiteOption;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// Finds the country map, the address-type map and the maps that users name.
public final class Maps {
    private static final String BUILT_IN = "/country_codes.pmap.gz";

    private Maps() {}

    /// Loads the prefix map in a file, "-" being standard input.
    public static PrefixMap load(Env env, String name) {
        try {
            return InputFiles.map(env, name);
        } catch (IOException e) {
            throw ToolException.failure("cannot read prefix map: " + Runner.describe(e));
        }
    }

    /// Loads a prefix map whose keys are addresses.
    public static PrefixMap loadAddresses(Env env, String name) {
        PrefixMap map = load(env, name);
        if (map.kind() == PrefixMap.Kind.PROTO_PORT) {
            throw ToolException.failure(name + ": a protocol-port map knows no addresses");
        }
        return map;
    }

    /// Loads the country map in a file. Another map of addresses gives countries, too, none of
    /// which is known.
    public static PrefixMap countries(Env env, String name) {
        return loadAddresses(env, name).ofCountries();
    }

    /// The country map: `SILK_COUNTRY_CODES`, an installed one, or the one that is built in.
    public static PrefixMap countries(Env env) {
        Optional<Path> found = installedCountries(env);
        return found.isPresent() ? countries(env, found.get().toString()) : builtIn();
    }

    /// Where a country map was put for SiLK's tools, if it was.
    static Optional<Path> installedCountries(Env env) {
        return installed(env, "SILK_COUNTRY_CODES", "country_codes.pmap");
    }

    private static Optional<Path> installed(Env env, String variable, String name) {
        Optional<String> named = env.variable(variable);
        if (named.isEmpty()) {
            return SiteOption.shared(env, name);
        }
        Path direct = env.path(named.get());
        if (Files.exists(direct)) {
            return Optional.of(direct);
        }
        Optional<Path> found = SiteOption.shared(env, named.get());
        if (found.isEmpty()) {
            throw ToolException.failure(variable + ": " + named.get() + ": no such file");
        }
        return found;
    }

    private static PrefixMap builtIn() {
        try (InputStream in = Maps.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw ToolException.failure("no country map: set SILK_COUNTRY_CODES");
            }
            try (SilkFile file = SilkFile.open(new GZIPInputStream(in, 1 << 16), BUILT_IN, false)) {
                return PrefixMapFile.read(file);
            }
        } catch (IOException e) {
            throw ToolException.failure("built-in country map: " + e.getMessage());
        }
    }

    static Optional<Path> installedAddressTypes(Env env) {
        return installed(env, "SILK_ADDRESS_TYPES", "address_types.pmap");
    }

    /// The address-type map.
    public static PrefixMap addressTypes(Env env) {
        Path path =
                installedAddressTypes(env)
                        .orElseThrow(() ->
                                ToolException.failure(
                                        "no address-type map: set SILK_ADDRESS_TYPES"));
        return loadAddresses(env, path.toString());
    }
}
