package dev.tributary.aggregation.secagg;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A generator for test vectors, never for keys: what it gives follows from a name. Remembers what
 * was drawn.
 */
final class FixedRandom extends SecureRandom {

  @Serial private static final long serialVersionUID = 1;
  private final String name;
  private final transient List<byte[]> draws = new ArrayList<>();

  FixedRandom(String name) {
    this.name = name;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int at = 0, block = 0; at < bytes.length; at += 32, block++) {
      byte[] hash = sha256(name + "/" + draws.size() + "/" + block);
      System.arraycopy(hash, 0, bytes, at, Math.min(32, bytes.length - at));
    }
    draws.add(bytes.clone());
  }

  /** What was drawn, {@code back} draws before the end. */
  byte[] drawn(int back) {
    return draws.get(draws.size() - back).clone();
  }

  /** What was drawn as number {@code index}, from 0. */
  byte[] drawnFirst(int index) {
    return draws.get(index).clone();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
