/**
 * SecAgg+ (Bell et al., "Secure Single-Server Aggregation with (Poly)Logarithmic Overhead", CCS
 * 2020; after Bonawitz et al., CCS 2017), hardened against a coordinator that cheats. Here is what
 * both halves share: the session, its terms and its byte layouts. The device's half is in {@code
 * device}, the coordinator's in {@code coordinator}; what they exchange is in {@code
 * protocol.secagg}, and the masks that come out are applied by {@code mask.keystream}.
 *
 * <p>Must hold: the coordinator learns the sum of at least n_min updates or nothing. Pure: time and
 * randomness are arguments, there is no I/O.
 */
@NullMarked
package dev.tributary.aggregation.secagg;

import org.jspecify.annotations.NullMarked;
