package dev.rearview.site;

/// A sensor of silk.conf.
///
/// @param id 0 to 65534
/// @param description empty if none
public record Sensor(int id, String name, String description) {}
