package dev.rearview.site;

import java.util.List;

/// A class of silk.conf with its sensors and types, each in order of appearance.
///
/// @param id number in order of appearance
/// @param sensors ascending by id
/// @param types ascending by id
/// @param defaultTypes in the order given
public record FlowClass(
        int id,
        String name,
        List<Sensor> sensors,
        List<Flowtype> types,
        List<Flowtype> defaultTypes) {}
