/**
 * What the tests of the SDK talk to: a server that misbehaves at the level of sockets, and a
 * coordinator on top of it.
 */
@NullMarked
package dev.tributary.client.testing;

import org.jspecify.annotations.NullMarked;
