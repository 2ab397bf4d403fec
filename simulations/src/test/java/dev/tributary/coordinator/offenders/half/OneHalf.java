package dev.tributary.coordinator.offenders.half;

import dev.tributary.coordinator.offendersof.OtherHalf;

/** Breaks a rule on purpose: its package and that of the other half need each other. */
public interface OneHalf {

  OtherHalf other();
}
