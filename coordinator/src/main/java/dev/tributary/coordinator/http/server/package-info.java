/**
 * The listening socket. Enters: connections; leaves: requests, on the event loop of their
 * connection.
 *
 * <p>Must hold: a connection on which nothing goes on is closed, however slowly it pretends that
 * something does.
 */
@NullMarked
package dev.tributary.coordinator.http.server;

import org.jspecify.annotations.NullMarked;
