package dev.tributary.aggregation.protocol.secagg;

/** Which algorithms the devices of a round use together. */
public enum CipherSuite {
  /** X25519 between static keys. */
  CLASSIC(32, 0),
  /** X-Wing: X25519 and ML-KEM-768, also safe from a quantum computer of later years. */
  HYBRID(1216, 1120);

  private final int publicKeyLengthBytes;
  private final int encapsulationLengthBytes;

  CipherSuite(int publicKeyLengthBytes, int encapsulationLengthBytes) {
    this.publicKeyLengthBytes = publicKeyLengthBytes;
    this.encapsulationLengthBytes = encapsulationLengthBytes;
  }

  /** Length of a public key: 32 or 1216. */
  public int publicKeyLengthBytes() {
    return publicKeyLengthBytes;
  }

  /** Length of an encapsulation: 0 or 1120. */
  public int encapsulationLengthBytes() {
    return encapsulationLengthBytes;
  }
}
