package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrStream;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Masks as their definition says it: the whole keystream first, then lane by lane. */
public final class NaiveMasks {

  private NaiveMasks() {}

  /** Masks of both signs and both key lengths, the same for the same seed. */
  public static List<Mask> masks(int count, long seed) {
    Random random = new Random(seed);
    List<Mask> masks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] key = new byte[random.nextBoolean() ? 16 : 32];
      random.nextBytes(key);
      SecretBytes secret = SecretBytes.copyOf(key, InsecureSecretAccess.get());
      masks.add(random.nextBoolean() ? Mask.added(secret) : Mask.subtracted(secret));
    }
    return masks;
  }

  /** The sum of masks over lanes [0, length) of 32 bits. */
  public static int[] sumOfInts(List<Mask> masks, int length) {
    int[] sum = new int[length];
    for (Mask mask : masks) {
      ByteBuffer stream = stream(mask, length * Integer.BYTES);
      for (int i = 0; i < length; i++) {
        int word = stream.getInt();
        sum[i] += mask.sign() == Mask.Sign.ADD ? word : -word;
      }
    }
    return sum;
  }

  /** The sum of masks over lanes [0, length) of 64 bits. */
  public static long[] sumOfLongs(List<Mask> masks, int length) {
    long[] sum = new long[length];
    for (Mask mask : masks) {
      ByteBuffer stream = stream(mask, length * Long.BYTES);
      for (int i = 0; i < length; i++) {
        long word = stream.getLong();
        sum[i] += mask.sign() == Mask.Sign.ADD ? word : -word;
      }
    }
    return sum;
  }

  private static ByteBuffer stream(Mask mask, int bytes) {
    byte[] stream = new byte[bytes];
    AesCtrStream.withKey(mask.key().toByteArray(InsecureSecretAccess.get())).fill(stream);
    return ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
  }
}
