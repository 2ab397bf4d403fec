package dev.tributary.security.sharing;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Shamir's sharing of 32-byte secrets ("How to share a secret", 1979) over the field of {@code p =
 * 2^61 - 1} elements: any {@code threshold} shares give the secret, fewer are uniformly random and
 * say nothing about it.
 *
 * <p>The secret, read as a little-endian integer of 256 bits, is cut into five limbs of 60 bits
 * (the last has 16); each is the value at 0 of its own polynomial of degree {@code threshold - 1}.
 * The share at a point {@code x} is their five values at {@code x}, each 8 bytes little-endian: 40
 * bytes.
 *
 * <p>Nothing here detects a false share for certain: whoever reconstructs compares the result with
 * something that is known of the secret, such as the public key that it makes. {@link
 * SecretSplitter} and {@link ShareInterpolator} are the same for thousands of secrets.
 */
public final class ShamirSharing {

  /** Length of a secret. */
  public static final int SECRET_LENGTH_BYTES = Limbs.SECRET_BYTES;

  private ShamirSharing() {}

  /**
   * Splits a secret.
   *
   * @param secret 32 bytes
   * @param threshold how many shares give the secret: 2 to the number of points
   * @param points where the shares lie: each at least 1 and only once
   * @param random a generator fit for keys
   * @return a share for each point, in their order
   * @throws IllegalArgumentException when an argument is not so
   * @throws IllegalStateException when {@code secret} was destroyed
   */
  public static List<SecretShare> split(
      SecretBytes secret, int threshold, int[] points, SecureRandom random) {
    if (secret.length() != SECRET_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "secret to share: expected " + SECRET_LENGTH_BYTES + " bytes, got " + secret.length());
    }
    byte[] all = new byte[points.length * SecretShare.LENGTH_BYTES];
    try (SecretSplitter splitter = SecretSplitter.of(threshold, points)) {
      byte[] bytes = secret.toByteArray(InsecureSecretAccess.get());
      splitter.split(bytes, 0, random, all, 0);
      Arrays.fill(bytes, (byte) 0);
      List<SecretShare> shares = new ArrayList<>(points.length);
      for (int i = 0; i < points.length; i++) {
        int from = i * SecretShare.LENGTH_BYTES;
        shares.add(
            SecretShare.ofOwned(
                points[i], Arrays.copyOfRange(all, from, from + SecretShare.LENGTH_BYTES)));
      }
      return List.copyOf(shares);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  /**
   * The secret of some shares. All that are given are used, and any number from the threshold on is
   * enough.
   *
   * @param threshold the one that the secret was split with
   * @param shares at least {@code threshold}, at different points
   * @return 32 bytes; empty when the shares are not of any secret, so that at least one is false. A
   *     false share can also give a wrong secret.
   * @throws IllegalArgumentException for too few shares, or two at one point
   */
  public static Optional<SecretBytes> reconstruct(int threshold, List<SecretShare> shares) {
    if (threshold < 2 || shares.size() < threshold) {
      throw new IllegalArgumentException(
          "shares of a secret: expected at least "
              + Math.max(2, threshold)
              + ", got "
              + shares.size());
    }
    int[] points = shares.stream().mapToInt(SecretShare::point).toArray();
    ShareInterpolator interpolator = ShareInterpolator.atZero(points);
    byte[] all = new byte[shares.size() * SecretShare.LENGTH_BYTES];
    byte[] secret = new byte[SECRET_LENGTH_BYTES];
    try {
      for (int i = 0; i < points.length; i++) {
        byte[] value = shares.get(i).value().toByteArray(InsecureSecretAccess.get());
        System.arraycopy(value, 0, all, i * SecretShare.LENGTH_BYTES, SecretShare.LENGTH_BYTES);
        Arrays.fill(value, (byte) 0);
      }
      return interpolator.secret(all, 0, secret, 0)
          ? Optional.of(SecretBytes.copyOf(secret, InsecureSecretAccess.get()))
          : Optional.empty();
    } finally {
      Arrays.fill(all, (byte) 0);
      Arrays.fill(secret, (byte) 0);
    }
  }
}
