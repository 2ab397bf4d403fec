/**
 * The device API of a simulated coordinator: what the routes over HTTP do, without HTTP. Enters:
 * requests as the SDK makes them; leaves: answers as it reads them.
 *
 * <p>Must hold: desks, intake and access are asked in the order and with the arguments of the real
 * routes.
 */
@NullMarked
package dev.tributary.simulations.chaos.door;

import org.jspecify.annotations.NullMarked;
