package dev.rearview.site;

import java.util.List;

/// A class of silk.conf with its sensors and types, each in order of appearance.
///
/// @param id number in order of appearance
/// @param sensors in order of appearance
/// @param types in order of appearance
/// @param defaultTypes in the order given
public record FlowClass(
        int id,
        String name,
        List<Sensor> sensors,
        List<Flowtype> types,
        List<Flowtype> defaultTypes) {}
