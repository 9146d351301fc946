package dev.rearview.dist;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
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
                    "kit",
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

    @Test
    void modulesDependDownwards() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("model")
                .definedBy("dev.rearview.model..")
                .layer("text")
                .definedBy("dev.rearview.text..")
                .layer("sets")
                .definedBy("dev.rearview.sets..")
                .layer("site")
                .definedBy("dev.rearview.site..")
                .layer("wire")
                .definedBy("dev.rearview.wire..")
                .optionalLayer("meter")
                .definedBy("dev.rearview.meter..")
                .optionalLayer("nfcapd")
                .definedBy("dev.rearview.nfcapd..")
                .layer("silk")
                .definedBy("dev.rearview.silk..")
                .layer("store")
                .definedBy("dev.rearview.store..")
                .layer("engine")
                .definedBy("dev.rearview.engine..")
                .layer("ingest")
                .definedBy("dev.rearview.ingest..")
                .layer("collector")
                .definedBy("dev.rearview.collector..")
                .layer("traffic")
                .definedBy("dev.rearview.traffic..")
                .layer("kit")
                .definedBy("dev.rearview.kit..")
                .layer("tools-structures")
                .definedBy(ofModule("tools-structures"))
                .layer("tools-flows")
                .definedBy(ofModule("tools-flows"))
                .optionalLayer("tools-packets")
                .definedBy(ofModule("tools-packets"))
                .optionalLayer("tools-detection")
                .definedBy(ofModule("tools-detection"))
                .optionalLayer("tools-nfdump")
                .definedBy(ofModule("tools-nfdump"))
                .layer("tools-operations")
                .definedBy(ofModule("tools-operations"))
                .whereLayer("tools-operations")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("tools-nfdump")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("tools-detection")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("tools-packets")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("tools-flows")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("tools-structures")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("kit")
                .mayOnlyBeAccessedByLayers(above("kit"))
                .whereLayer("traffic")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("collector")
                .mayOnlyBeAccessedByLayers("tools-operations")
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("collector", "tools-operations")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers(above("engine"))
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers(above("store"))
                .whereLayer("silk")
                .mayOnlyBeAccessedByLayers(above("silk"))
                .whereLayer("meter")
                .mayOnlyBeAccessedByLayers("tools-packets", "tools-operations")
                .whereLayer("nfcapd")
                .mayOnlyBeAccessedByLayers(above("silk"))
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
