package dev.tributary.aggregation.offenders;

import dev.tributary.client.offenders.KnowsTheCoordinator;

/** Breaks a rule on purpose: the shared module knows the device. */
public record KnowsTheClient(KnowsTheCoordinator above) {}
