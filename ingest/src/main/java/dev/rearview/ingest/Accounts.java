package dev.rearview.ingest;

/// Where everything that happens on the way of flows is accounted for.
///
/// @param ledger counts it
/// @param causes explains it
/// @param notices tells the rest
public record Accounts(Ledger ledger, Causes causes, Notices notices) {}
