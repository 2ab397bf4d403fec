package dev.tributary.security.agreement;

import java.util.List;

/**
 * A private key expanded for use: the bare exchange of a suite, before its result is bound to the
 * parties.
 */
sealed interface KeyExchange permits X25519KeyExchange, XWingKeyExchange {

  /** The encoding of the public half; owned by the caller. */
  byte[] publicKey();

  /**
   * Does what exchanges with all of these will need and is cheaper together, if there is anything.
   * It is kept for the first exchange with each.
   *
   * @param peers validated public keys
   */
  default void prepare(List<byte[]> peers) {}

  /**
   * The first half of the exchange.
   *
   * @param peer a validated public key
   * @param coins byte[{@link AgreementKeyPair#COINS_LENGTH_BYTES}], all the randomness that is
   *     used; empty where none is
   * @throws IllegalArgumentException when {@code peer} is of small order
   */
  RawOffer offer(byte[] peer, byte[] coins);

  /**
   * The second half.
   *
   * @param offerer a validated public key
   * @param encapsulation of the suite's length
   * @return byte[32], secret, owned by the caller
   * @throws IllegalArgumentException when an X25519 point is of small order
   */
  byte[] accept(byte[] offerer, byte[] encapsulation);

  /** Overwrites what is secret. */
  void destroy();

  /**
   * What an exchange gives its offerer.
   *
   * @param encapsulation for the peer, not secret
   * @param secret byte[32], owned by the caller
   */
  record RawOffer(byte[] encapsulation, byte[] secret) {

    @Override
    public String toString() {
      return "RawOffer[encapsulation=" + encapsulation.length + " bytes, secret redacted]";
    }
  }
}
