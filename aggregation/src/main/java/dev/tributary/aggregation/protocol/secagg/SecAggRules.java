package dev.tributary.aggregation.protocol.secagg;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.InvalidFieldException;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.security.agreement.CipherSuite;
import java.util.List;

/** The sizes in messages of secure aggregation, and the rules that their fields share. */
public final class SecAggRules {

  /** The most devices in a roster: 2^20. */
  public static final int MAXIMUM_DEVICES = 1 << 20;

  /** The most neighbours of a device. */
  public static final int MAXIMUM_NEIGHBOURS = 1024;

  /** The longest certificate, DER. */
  public static final int MAXIMUM_CERTIFICATE_BYTES = 8192;

  /** Length of a hash: SHA-256. */
  public static final int HASH_BYTES = 32;

  /** Length of a part of a secret of 32 bytes. */
  public static final int SHARE_BYTES = 40;

  /**
   * The most nodes in a Merkle proof. Among {@value #MAXIMUM_DEVICES} leaves a device and its
   * {@value #MAXIMUM_NEIGHBOURS} neighbours need 10248 at most, 1792 confirmations 16384.
   */
  public static final int MAXIMUM_PROOF_NODES = 20_480;

  private SecAggRules() {}

  /** Requires a place in a roster of the largest size. */
  public static void index(String field, int index) {
    FieldRules.inRange(field, index, 0, MAXIMUM_DEVICES - 1);
  }

  /** Requires a certificate's length. */
  public static void certificate(String field, OpaqueBytes certificate) {
    FieldRules.bytes(field, certificate.length(), 1, MAXIMUM_CERTIFICATE_BYTES);
  }

  /** Requires a hash's length. */
  public static void hash(String field, OpaqueBytes hash) {
    FieldRules.exactBytes(field, hash.length(), HASH_BYTES);
  }

  /** Requires the length of a public key of either suite. */
  public static void key(String field, OpaqueBytes key) {
    oneOfTwo(
        field,
        key.length(),
        CipherSuite.CLASSIC.publicKeyLengthBytes(),
        CipherSuite.HYBRID.publicKeyLengthBytes());
  }

  /** Requires the length of an encapsulation of either suite. */
  public static void encapsulation(String field, OpaqueBytes encapsulation) {
    oneOfTwo(
        field,
        encapsulation.length(),
        CipherSuite.CLASSIC.encapsulationLengthBytes(),
        CipherSuite.HYBRID.encapsulationLengthBytes());
  }

  /** Requires a list of nodes of a Merkle tree. */
  public static void proof(String field, List<OpaqueBytes> nodes) {
    proof(field, nodes, MAXIMUM_PROOF_NODES);
  }

  /** Requires a list of nodes of a Merkle tree, of at most so many. */
  public static void proof(String field, List<OpaqueBytes> nodes, int most) {
    FieldRules.entries(field, nodes, 0, most);
    nodes.forEach(node -> hash(field, node));
  }

  private static void oneOfTwo(String field, int length, int classic, int hybrid) {
    if (length != classic && length != hybrid) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_SIZE,
          field + ": expected " + classic + " or " + hybrid + " bytes, got " + length);
    }
  }
}
