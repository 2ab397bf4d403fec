package dev.tributary.security.agreement;

import dev.tributary.security.prg.StreamCipher;

/** Which algorithms go together: what two parties agree with, and what they key by it. */
public enum CipherSuite {
  /** X25519 (RFC 7748) between static keys, and AES-128-CTR streams. */
  CLASSIC(1, X25519KeyExchange.KEY_LENGTH_BYTES, 0, StreamCipher.AES_128) {
    @Override
    void checkContent(byte[] publicKey) {
      CurvePoint.check(publicKey, 0);
    }

    @Override
    void checkEncapsulationContent(byte[] encapsulation) {}

    @Override
    KeyExchange expand(byte[] seed) {
      return new X25519KeyExchange(seed);
    }
  },

  /**
   * X-Wing (X25519 and ML-KEM-768, draft-connolly-cfrg-xwing-kem), and AES-256-CTR streams: safe
   * against an adversary who records today and has a quantum computer later.
   */
  HYBRID(
      2,
      XWingKeyExchange.PUBLIC_KEY_LENGTH_BYTES,
      XWingKeyExchange.ENCAPSULATION_LENGTH_BYTES,
      StreamCipher.AES_256) {
    @Override
    void checkContent(byte[] publicKey) {
      XWingKeyExchange.check(publicKey);
    }

    @Override
    void checkEncapsulationContent(byte[] encapsulation) {
      XWingKeyExchange.checkEncapsulation(encapsulation);
    }

    @Override
    KeyExchange expand(byte[] seed) {
      return new XWingKeyExchange(seed);
    }
  };

  private final int number;
  private final int publicKeyLengthBytes;
  private final int encapsulationLengthBytes;
  private final StreamCipher streamCipher;

  CipherSuite(
      int number,
      int publicKeyLengthBytes,
      int encapsulationLengthBytes,
      StreamCipher streamCipher) {
    this.number = number;
    this.publicKeyLengthBytes = publicKeyLengthBytes;
    this.encapsulationLengthBytes = encapsulationLengthBytes;
    this.streamCipher = streamCipher;
  }

  /** What stands for the suite in derivations and messages: 1 or 2, never reused. */
  public int number() {
    return number;
  }

  /** Length of an encoded public key: 32 or 1216. */
  public int publicKeyLengthBytes() {
    return publicKeyLengthBytes;
  }

  /** Length of what the offering party sends to the accepting one: 0 or 1120. */
  public int encapsulationLengthBytes() {
    return encapsulationLengthBytes;
  }

  /** The cipher of pseudorandom streams in this suite. */
  public StreamCipher streamCipher() {
    return streamCipher;
  }

  /**
   * Checks what can be seen of an encapsulation by those who cannot accept it: whoever passes it
   * on. {@link AgreementKeyPair#accept} takes everything that passes.
   *
   * @throws IllegalArgumentException for another length, or an X25519 point that no offer has
   */
  public void checkEncapsulation(byte[] encapsulation) {
    if (encapsulation.length != encapsulationLengthBytes) {
      throw new IllegalArgumentException(
          name()
              + " encapsulation: expected "
              + encapsulationLengthBytes
              + " bytes, got "
              + encapsulation.length);
    }
    checkEncapsulationContent(encapsulation);
  }

  /** The rest of {@link #checkEncapsulation} for one of the right length. */
  abstract void checkEncapsulationContent(byte[] encapsulation);

  /** Throws {@link IllegalArgumentException} unless this is a public key of the suite. */
  void checkPublicKey(byte[] encoded) {
    if (encoded.length != publicKeyLengthBytes) {
      throw new IllegalArgumentException(
          name()
              + " public key: expected "
              + publicKeyLengthBytes
              + " bytes, got "
              + encoded.length);
    }
    checkContent(encoded);
  }

  /** The rest of {@link #checkPublicKey} for a key of the right length. */
  abstract void checkContent(byte[] publicKey);

  /** The private key of a seed of 32 bytes, which is not kept. */
  abstract KeyExchange expand(byte[] seed);
}
