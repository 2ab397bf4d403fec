package dev.tributary.coordinator.offenders;

import dev.tributary.client.offenders.KnowsTheCoordinator;

/** Breaks a rule on purpose: a coordinator that knows the device's classes. */
public record KnowsADevice(KnowsTheCoordinator sibling) {}
