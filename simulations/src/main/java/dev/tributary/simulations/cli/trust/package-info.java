/**
 * The operator's ceremony on the command line, on a machine that needs no network: keys that sign
 * the root of the models, and the root itself. Enters: key files, passphrases; leaves: root files.
 *
 * <p>Must hold: a passphrase is never an argument and never printed; a key file is never
 * overwritten.
 */
@NullMarked
package dev.tributary.simulations.cli.trust;

import org.jspecify.annotations.NullMarked;
