package dev.tributary.security.offenders;

import dev.tributary.aggregation.offenders.AsksForTheTime;

/** Breaks a rule on purpose: the lowest module knows the one above it. */
public record KnowsAggregation(AsksForTheTime above) {}
