/**
 * Who exchanges masks with whom. Enters: how many devices advertised, what is assumed of them, and
 * 32 public random bytes; leaves: a degree, a threshold and a floor, and the neighbours of each
 * device.
 *
 * <p>Must hold: a device that knows what entered computes exactly what the coordinator computed, on
 * any machine, so that nothing here has to be believed. Nothing here is secret.
 *
 * <p>Source: Bell, Bonawitz, Gascón, Lepoint, Raykova: Secure Single-Server Aggregation with
 * (Poly)Logarithmic Overhead (CCS 2020).
 */
@NullMarked
package dev.tributary.aggregation.mask.graph;

import org.jspecify.annotations.NullMarked;
