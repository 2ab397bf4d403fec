/**
 * What is simulated. Enters: a scenario file and overrides; leaves: a validated description of
 * tasks, devices and faults.
 *
 * <p>Must hold: an unknown key is an error that names the nearest known one and all others.
 */
@NullMarked
package dev.tributary.simulations.scenario;

import org.jspecify.annotations.NullMarked;
