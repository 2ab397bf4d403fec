package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;

/**
 * The two shares that a device holds of one dealer.
 *
 * @param dealer its place in the roster
 * @param selfShare of the seed of its self mask, 40 bytes
 * @param maskShare of the seed of its masking key, 40 bytes
 */
public record SharePair(int dealer, SecretBytes selfShare, SecretBytes maskShare) {

  /** Length of the content of a box. */
  static final int CONTENT_BYTES = 2 * SecAggRules.SHARE_BYTES;

  /** Both as the content of a box. */
  public static SecretBytes joined(SecretBytes selfShare, SecretBytes maskShare) {
    byte[] both = new byte[CONTENT_BYTES];
    copy(selfShare, both, 0);
    copy(maskShare, both, SecAggRules.SHARE_BYTES);
    SecretBytes content = SecretBytes.copyOf(both, InsecureSecretAccess.get());
    Arrays.fill(both, (byte) 0);
    return content;
  }

  /** The content of a box: 80 bytes. */
  public static SharePair split(int dealer, SecretBytes content) {
    return content.lend(
        InsecureSecretAccess.get(),
        bytes -> new SharePair(dealer, part(bytes, 0), part(bytes, SecAggRules.SHARE_BYTES)));
  }

  public void destroy() {
    selfShare.destroy();
    maskShare.destroy();
  }

  void write(StepWriter out) {
    out.number(dealer).secret(selfShare).secret(maskShare);
  }

  static SharePair read(StepReader in) {
    return new SharePair(in.number(), in.secret(), in.secret());
  }

  private static void copy(SecretBytes from, byte[] to, int at) {
    from.lend(
        InsecureSecretAccess.get(),
        bytes -> {
          System.arraycopy(bytes, 0, to, at, bytes.length);
          return at;
        });
  }

  private static SecretBytes part(byte[] bytes, int from) {
    byte[] one = Arrays.copyOfRange(bytes, from, from + SecAggRules.SHARE_BYTES);
    SecretBytes part = SecretBytes.copyOf(one, InsecureSecretAccess.get());
    Arrays.fill(one, (byte) 0);
    return part;
  }
}
