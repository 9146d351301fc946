package dev.rearview.dist;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/// The direction of the modules, as `docs/internals/ARCHITECTURE.md` draws it.
class ArchitectureTest {
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
                .layer("tools")
                .definedBy("dev.rearview.tools..")
                .whereLayer("tools")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("traffic")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("collector")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("collector", "tools")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("tools")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("engine", "ingest", "collector", "tools")
                .whereLayer("silk")
                .mayOnlyBeAccessedByLayers("store", "engine", "ingest", "collector", "tools")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("ingest", "collector", "tools")
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
}
