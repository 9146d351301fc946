/// The vocabulary of the product: fields, addresses, flow records and batches. No I/O, no parsing.
@NullMarked
package dev.rearview.model;

import org.jspecify.annotations.NullMarked;
