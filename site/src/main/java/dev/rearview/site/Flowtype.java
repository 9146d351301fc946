package dev.rearview.site;

/// A class/type pair of silk.conf.
///
/// @param id 0 to 254
/// @param name the flowtype name that appears in file names
/// @param type name of the type within its class
/// @param className name of its class
public record Flowtype(int id, String name, String type, String className) {}
