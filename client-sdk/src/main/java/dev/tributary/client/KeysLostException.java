package dev.tributary.client;

import dev.tributary.aggregation.protocol.RoundId;

/** Somebody deleted the keys that this device made for a round: it cannot go on in it. */
final class KeysLostException extends Exception {

  private static final long serialVersionUID = 1;

  KeysLostException(RoundId round) {
    super(
        "the keys that this device made for round "
            + round
            + " are not in its store any more, and it makes no others");
  }
}
