/**
 * How a device reaches its coordinator. Enters: requests of the protocol; leaves: responses or a
 * reason for failure, uploads resumed where they broke off.
 *
 * <p>Must hold: the peer is authenticated before anything is sent.
 */
@NullMarked
package dev.tributary.client.transport;

import org.jspecify.annotations.NullMarked;
