/// Hostile exporters, hostile files and damage to a repository, for the tests and for
/// `bench/attack/run`. Everything is bounded in count and time and goes to loopback only; as source
/// addresses serve those of 127.0.0.0/8.
@NullMarked
package dev.rearview.traffic.attack;

import org.jspecify.annotations.NullMarked;
