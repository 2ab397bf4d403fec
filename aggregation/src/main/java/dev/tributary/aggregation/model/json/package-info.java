/**
 * Strict reading of JSON objects. Enters: a parsed object; leaves: its entries, each asked for by
 * name. Holds: what was not asked for, is missing or has another type is refused with the place,
 * the expected and the nearest known name.
 */
@NullMarked
package dev.tributary.aggregation.model.json;

import org.jspecify.annotations.NullMarked;
