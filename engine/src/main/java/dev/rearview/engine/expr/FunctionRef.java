package dev.rearview.engine.expr;

/// Which function of a plug-in is meant; [dev.rearview.engine.filter.References] finds it.
///
/// @param path of the plug-in's jar as the user spelt it
public record FunctionRef(String path, String name) {}
