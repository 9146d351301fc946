package dev.rearview.engine.run;

/// What was counted of flows of which some pass a test.
///
/// @param files inputs that were read
/// @param read flows read, and those left out since none of them could pass
/// @param passed those that passed; not counted where only written ones are
/// @param written flows written or handed on: passing, failing and all ones, each once however many
///   outputs get it
public record SplitCounts(long files, Tally read, Tally passed, long written) {}
