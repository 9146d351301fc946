/// Databases, SQLite or PostgreSQL, and the catalogue of addresses that one holds: dated sets, bags
/// and prefix maps, as `docs/formats/ipa.md` says.
@NullMarked
package dev.rearview.catalogue;

import org.jspecify.annotations.NullMarked;
