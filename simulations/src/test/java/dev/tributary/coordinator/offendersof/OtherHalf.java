package dev.tributary.coordinator.offendersof;

import dev.tributary.coordinator.offenders.half.OneHalf;

/** Breaks a rule on purpose: its package and that of the other half need each other. */
public interface OtherHalf {

  OneHalf other();
}
