package dev.rearview.wire.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementNamesTest {
    @ParameterizedTest
    @CsvSource({
        "0,1,octetDeltaCount",
        "0,410,sectionExportedOctets",
        "0,4000,_alienInformationElement",
        "6871,14,initialTCPFlags",
        "6871,16398,reverseInitialTCPFlags",
        "6871,941,silkSensorName",
        "6871,3,_alienInformationElement",
        "29305,1,reverseOctetDeltaCount",
        "29305,4000,_alienInformationElement",
        "9,1,_alienInformationElement"
    })
    void elementsHaveTheNamesOfTheirRegistry(long enterprise, int element, String name) {
        assertThat(ElementNames.name(enterprise, element)).isEqualTo(name);
    }
}
