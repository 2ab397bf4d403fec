/**
 * Cryptography and the care of secrets. Knows nothing of federated learning. At the root: the one
 * exception that all modules throw for what cannot happen, the one hash function that they all name
 * things by, and the one derivation of keys.
 */
@NullMarked
package dev.tributary.security;

import org.jspecify.annotations.NullMarked;
