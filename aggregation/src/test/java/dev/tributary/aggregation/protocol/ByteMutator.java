package dev.tributary.aggregation.protocol;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes hostile bytes: from a valid message by a few mutations, or from nothing in the shape of
 * fields.
 */
final class ByteMutator {

  private static final byte[] INTERESTING = {0, 1, 2, 7, 8, 0x7f, (byte) 0x80, (byte) 0xff};

  private final SplittableRandom random;

  ByteMutator(SplittableRandom random) {
    this.random = random;
  }

  byte[] mutated(byte[] valid) {
    byte[] bytes = valid;
    for (int rounds = random.nextInt(1, 5); rounds > 0; rounds--) {
      bytes = mutatedOnce(bytes);
    }
    return bytes;
  }

  /** Up to 24 fields of small numbers and any wire type, their contents random. */
  byte[] fieldLike() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (random.nextInt(4) > 0) {
      out.writeBytes(new byte[] {8, (byte) random.nextInt(1, 3)});
    }
    for (int fields = random.nextInt(24); fields > 0; fields--) {
      int type = random.nextInt(8);
      out.write(random.nextInt(1, 16) << 3 | type);
      int length = random.nextInt(70);
      if (type == 2) {
        out.write(random.nextInt(20) == 0 ? 127 : length);
      }
      byte[] content = new byte[contentLength(type, length)];
      random.nextBytes(content);
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private int contentLength(int type, int length) {
    return switch (type) {
      case 0 -> random.nextInt(1, 4);
      case 1 -> 8;
      case 2 -> length;
      case 5 -> 4;
      default -> 0;
    };
  }

  private byte[] mutatedOnce(byte[] bytes) {
    if (bytes.length == 0) {
      return fieldLike();
    }
    int at = random.nextInt(bytes.length);
    int until = Math.min(bytes.length, at + random.nextInt(1, 20));
    byte[] copy = bytes.clone();
    return switch (random.nextInt(9)) {
      case 0 -> {
        copy[at] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 1 -> {
        copy[at] = INTERESTING[random.nextInt(INTERESTING.length)];
        yield copy;
      }
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> spliced(bytes, at, until, new byte[0]);
      case 4 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, until));
      case 5 -> spliced(bytes, at, until, fieldLike());
      case 6 -> spliced(bytes, bytes.length, bytes.length, Arrays.copyOfRange(bytes, at, until));
      case 7 -> spliced(bytes, bytes.length, bytes.length, fieldLike());
      default -> spliced(bytes, at, at, new byte[] {(byte) 0x80});
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int until, byte[] insertion) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(insertion);
    out.write(bytes, until, bytes.length - until);
    return out.toByteArray();
  }
}
