package dev.tributary.simulations.bench.fuzz.mutate;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Breaks bytes: those of protobuf messages and of packed vectors, and those of documents where what
 * they say does not matter.
 */
final class BodyMutator {

  private static final int[] INTERESTING = {0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x20};
  private static final int DEEPEST = 300;
  private static final int LARGE_BYTES = 70_000; // above the limit of a message, 65 536

  private final List<byte[]> others;

  /** Splices with {@code others}, valid bodies of any kind. */
  BodyMutator(List<byte[]> others) {
    this.others = others;
  }

  byte[] mutate(byte[] body, Choices choices) {
    return switch (choices.below(16)) {
      case 0, 1, 2 -> flipped(body, choices);
      case 3 -> overwritten(body, choices);
      case 4 -> Arrays.copyOf(body, choices.below(body.length + 1));
      case 5 -> inserted(body, choices.below(body.length + 1), choices.bytes(choices.size(6)));
      case 6 -> withoutPart(body, choices);
      case 7 -> repeatedPart(body, choices);
      case 8, 9 -> spliced(body, choices.one(others), choices);
      case 10 -> inserted(body, choices.below(body.length + 1), hugeNumber(choices));
      case 11 -> withLengthField(body, choices);
      case 12 -> concatenated(body, unknownField(choices));
      case 13 -> nested(choices.size(8) % DEEPEST);
      case 14 -> oneLarge(body, choices);
      default -> choices.one(others).clone();
    };
  }

  private static byte[] flipped(byte[] body, Choices choices) {
    byte[] out = body.clone();
    for (int flips = choices.size(3); flips > 0 && out.length > 0; flips--) {
      out[choices.below(out.length)] ^= (byte) (1 << choices.below(Byte.SIZE));
    }
    return out;
  }

  private static byte[] overwritten(byte[] body, Choices choices) {
    byte[] out = body.clone();
    if (out.length > 0) {
      int from = choices.below(out.length);
      int to = Math.min(out.length, from + choices.size(5));
      Arrays.fill(out, from, to, (byte) INTERESTING[choices.below(INTERESTING.length)]);
    }
    return out;
  }

  private static byte[] withoutPart(byte[] body, Choices choices) {
    int from = choices.below(body.length + 1);
    int to = Math.min(body.length, from + choices.size(6));
    return concatenated(Arrays.copyOf(body, from), Arrays.copyOfRange(body, to, body.length));
  }

  private static byte[] repeatedPart(byte[] body, Choices choices) {
    int from = choices.below(body.length + 1);
    int to = Math.min(body.length, from + choices.size(8));
    return inserted(body, from, Arrays.copyOfRange(body, from, to));
  }

  private static byte[] spliced(byte[] body, byte[] other, Choices choices) {
    int cut = choices.below(body.length + 1);
    int join = choices.below(other.length + 1);
    return concatenated(Arrays.copyOf(body, cut), Arrays.copyOfRange(other, join, other.length));
  }

  /** A varint of up to twenty bytes, of which protobuf takes ten. */
  private static byte[] hugeNumber(Choices choices) {
    byte[] number = new byte[choices.size(4) + 4];
    Arrays.fill(number, (byte) 0xff);
    number[number.length - 1] = (byte) (choices.oneIn(4) ? 0xff : 0x01);
    return number;
  }

  /** Says of a field with a length, should one begin there, that it is as good as endless. */
  private static byte[] withLengthField(byte[] body, Choices choices) {
    for (int i = 0, at = choices.below(body.length + 1); i < body.length; i++) {
      int here = (at + i) % body.length;
      if ((body[here] & 0x87) == 2 && here + 1 < body.length) { // a tag below 16 of type 2
        byte[] length = hugeNumber(choices);
        return concatenated(
            Arrays.copyOf(body, here + 1),
            concatenated(length, Arrays.copyOfRange(body, here + 2, body.length)));
      }
    }
    return flipped(body, choices);
  }

  private static byte[] unknownField(Choices choices) {
    byte[] field = choices.bytes(2 + choices.size(4));
    field[0] = (byte) ((choices.below(16) << 3) | choices.below(8));
    field[1] = (byte) (field.length - 2);
    return field;
  }

  /** Messages within messages within messages. */
  private static byte[] nested(int depth) {
    byte[] inner = {};
    for (int i = 0; i < depth; i++) {
      var outer = new ByteArrayOutputStream();
      outer.write(0x1a);
      for (int rest = inner.length; ; rest >>>= 7) {
        if (rest < 0x80) {
          outer.write(rest);
          break;
        }
        outer.write((rest & 0x7f) | 0x80);
      }
      outer.writeBytes(inner);
      inner = outer.toByteArray();
    }
    return inner;
  }

  private static byte[] oneLarge(byte[] body, Choices choices) {
    return choices.oneIn(20)
        ? Arrays.copyOf(body, Math.max(body.length, LARGE_BYTES))
        : new byte[] {};
  }

  private static byte[] inserted(byte[] body, int at, byte[] more) {
    return concatenated(
        concatenated(Arrays.copyOf(body, at), more), Arrays.copyOfRange(body, at, body.length));
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] out = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, out, first.length, second.length);
    return out;
  }
}
