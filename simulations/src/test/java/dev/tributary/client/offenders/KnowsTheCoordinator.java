package dev.tributary.client.offenders;

import dev.tributary.coordinator.offenders.OffenderManager;

/** Breaks a rule on purpose: a device that knows the coordinator's classes. */
public record KnowsTheCoordinator(OffenderManager sibling) {}
