package dev.tributary.aggregation.mask.graph;

import dev.tributary.security.Sha256;
import dev.tributary.security.prg.AesCtrStream;
import java.security.MessageDigest;

/**
 * A random order of a cohort's devices, the same for everyone who knows its 32-byte seed. Devices
 * are numbered 0 to n-1 as the leaves of the roster, positions 0 to n-1 along the ring.
 *
 * <p>The algorithm, to be repeated in any language:
 *
 * <ol>
 *   <li>seed = SHA-256(Merkle root of the roster, 32 bytes ‖ public value fixed after the root).
 *   <li>key = the first 16 bytes of HKDF-SHA256 (RFC 5869) with the seed as keying material, no
 *       salt, and the ASCII info {@code tributary/prg/v1/graph}.
 *   <li>Words: the keystream of AES-128 in counter mode, counter block from zero, big-endian; each
 *       four bytes are one unsigned 32-bit word, the least significant byte first.
 *   <li>order[i] = i for i in 0 to n-1.
 *   <li>For i = n-1 down to 1: take the next word w; while w &gt;= floor(2^32 / (i+1)) * (i+1),
 *       take the next (or low remainders would be likelier than high ones); j = w mod (i+1);
 *       exchange order[i] and order[j].
 * </ol>
 *
 * <p>order[p] is the device at position p. Every order is equally likely as far as the generator's
 * words are random. Immutable; 8 bytes a device.
 */
public final class DevicePermutation {

  /** Length of the seed, and of a Merkle root. */
  public static final int SEED_LENGTH_BYTES = AesCtrStream.SEED_LENGTH_BYTES;

  private static final String PURPOSE = "graph";
  private static final int MOST_WORDS_AT_A_TIME = 1024;

  private final int[] order; // device at a position
  private final int[] positions; // position of a device

  private DevicePermutation(int[] order) {
    this.order = order;
    positions = new int[order.length];
    for (int position = 0; position < order.length; position++) {
      positions[order[position]] = position;
    }
  }

  /**
   * The seed that belongs to a roster and a public value.
   *
   * @param merkleRoot byte[32] of the roster; its fixed length keeps the concatenation unambiguous
   * @param publicValue fixed only after the root, or whoever makes up the roster could choose the
   *     neighbours of a victim
   * @return byte[32]
   */
  public static byte[] seed(byte[] merkleRoot, byte[] publicValue) {
    requireLength("Merkle root", merkleRoot);
    MessageDigest digest = Sha256.start();
    digest.update(merkleRoot);
    return digest.digest(publicValue);
  }

  /**
   * The order that belongs to a seed.
   *
   * @param devices n, 3 to {@link CohortAssumptions#MOST_DEVICES}
   * @param seed byte[32], public; not kept
   */
  public static DevicePermutation of(int devices, byte[] seed) {
    if (devices < CohortAssumptions.LEAST_DEVICES || devices > CohortAssumptions.MOST_DEVICES) {
      throw new IllegalArgumentException(
          "devices: expected "
              + CohortAssumptions.LEAST_DEVICES
              + " to "
              + CohortAssumptions.MOST_DEVICES
              + ", got "
              + devices);
    }
    requireLength("seed of the graph", seed);
    int[] order = new int[devices];
    for (int i = 0; i < devices; i++) {
      order[i] = i;
    }
    Words words = new Words(AesCtrStream.fromSeed(seed, PURPOSE), devices);
    for (int i = devices - 1; i > 0; i--) {
      int j = words.below(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return new DevicePermutation(order);
  }

  /** n. */
  public int devices() {
    return order.length;
  }

  /** The device at a position of the ring. */
  public int deviceAt(int position) {
    return order[position];
  }

  /** The position of a device in the ring. */
  public int positionOf(int device) {
    return positions[device];
  }

  private static void requireLength(String name, byte[] bytes) {
    if (bytes.length != SEED_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          name + ": expected " + SEED_LENGTH_BYTES + " bytes, got " + bytes.length);
    }
  }

  /** Fetches words in batches; the stream is the same however it is divided. */
  private static final class Words {

    private final AesCtrStream stream;
    private final int[] batch;
    private int used;

    Words(AesCtrStream stream, int expected) {
      this.stream = stream;
      batch = new int[Math.min(expected, MOST_WORDS_AT_A_TIME)];
      used = batch.length;
    }

    /** Uniform in [0, bound). */
    int below(int bound) {
      long usable = (1L << 32) / bound * bound;
      long word;
      do {
        if (used == batch.length) {
          stream.fill(batch);
          used = 0;
        }
        word = Integer.toUnsignedLong(batch[used++]);
      } while (word >= usable);
      return (int) (word % bound);
    }
  }
}
