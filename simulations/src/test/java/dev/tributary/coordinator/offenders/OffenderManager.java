package dev.tributary.coordinator.offenders;

/** Breaks a rule on purpose: its name does not say what it is. */
public record OffenderManager() {}
