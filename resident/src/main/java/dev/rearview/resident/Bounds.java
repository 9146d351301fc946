package dev.rearview.resident;

import java.time.Duration;

/// How much and how long an engine takes.
///
/// @param requests at the same time
/// @param idle time without requests after which it ends
/// @param ending how long requests may go on when it is to end
public record Bounds(int requests, Duration idle, Duration ending) {}
