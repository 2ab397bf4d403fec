/**
 * The operator API, metrics and health. Enters: JSON and YAML; leaves: JSON, server-sent events,
 * Prometheus text.
 *
 * <p>Must hold: only operators pass, except for health and metrics, which show no secret and no
 * update.
 */
@NullMarked
package dev.tributary.coordinator.http.operator;

import org.jspecify.annotations.NullMarked;
