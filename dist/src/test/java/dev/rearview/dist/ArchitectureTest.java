package dev.rearview.dist;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The direction of the modules, as `docs/internals/ARCHITECTURE.md` draws it.
class ArchitectureTest {
    /// What stands on the files, from below.
    private static final List<String> UPPER_HOUSE =
            List.of(
                    "silk",
                    "store",
                    "ingest",
                    "engine",
                    "collector",
                    "catalogue",
                    "kit",
                    "resident",
                    "tools-structures",
                    "tools-flows",
                    "tools-packets",
                    "tools-detection",
                    "tools-nfdump",
                    "tools-operations");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.rearview");

    /// Modules whose name is that of their package, which no one else's is.
    private static final List<String> NAMED =
            List.of(
                    "model",
                    "text",
                    "descriptors",
                    "sets",
                    "site",
                    "wire",
                    "meter",
                    "nfcapd",
                    "silk",
                    "store",
                    "engine",
                    "ingest",
                    "collector",
                    "traffic",
                    "catalogue",
                    "kit",
                    "resident");

    /// Modules of commands, whose packages are those of `tools`; the last one has the entry.
    private static final List<String> TOOLS =
            List.of(
                    "tools-structures",
                    "tools-flows",
                    "tools-packets",
                    "tools-detection",
                    "tools-nfdump",
                    "tools-operations");

    @Test
    void modulesDependDownwards() {
        Architectures.LayeredArchitecture house =
                layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : NAMED) {
            house = house.layer(name).definedBy("dev.rearview." + name + "..");
        }
        for (String name : TOOLS) {
            house = house.layer(name).definedBy(ofModule(name));
        }
        for (String name : TOOLS.subList(0, TOOLS.size() - 1)) {
            house = house.whereLayer(name).mayOnlyBeAccessedByLayers("tools-operations");
        }
        house.whereLayer("tools-operations")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("catalogue")
                .mayOnlyBeAccessedByLayers(above("catalogue"))
                .whereLayer("kit")
                .mayOnlyBeAccessedByLayers(above("kit"))
                .whereLayer("resident")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("descriptors")
                .mayOnlyBeAccessedByLayers(
                        "ingest", "collector", "kit", "resident", "tools-operations")
                .whereLayer("traffic")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("collector")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("collector", "tools-packets", "tools-operations")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers(above("engine"))
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers(above("store"))
                .whereLayer("silk")
                .mayOnlyBeAccessedByLayers(above("silk"))
                .whereLayer("nfcapd")
                .mayOnlyBeAccessedByLayers(above("silk"))
                .whereLayer("meter")
                .mayOnlyBeAccessedByLayers("tools-packets", "tools-operations")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers(
                        "meter", "ingest", "collector", "tools-packets", "tools-operations")
                .check(CLASSES);
    }

    @Test
    void theModelDependsOnNothing() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("dev.rearview.model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.rearview.text..",
                        "dev.rearview.sets..",
                        "dev.rearview.site..",
                        "dev.rearview.wire..")
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("dev.rearview.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /// The layers that may use one of the upper house.
    private static String[] above(String layer) {
        return UPPER_HOUSE.stream().skip(UPPER_HOUSE.indexOf(layer) + 1).toArray(String[]::new);
    }

    /// The classes of a module whose packages' names do not tell it from its neighbours.
    private static DescribedPredicate<JavaClass> ofModule(String name) {
        return DescribedPredicate.describe(
                "of " + name,
                c -> c.getSource().orElseThrow().getUri().toString().contains("/" + name + "/"));
    }
}
