package dev.tributary.security.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Binary content as text between two marks (RFC 7468). Holds keys, so it works on bytes that can be
 * overwritten, and overwrites its own.
 */
public final class Pem {

  private static final int LINE_LENGTH = 64;

  private Pem() {}

  /**
   * One block.
   *
   * @param label what it is, such as {@code "PRIVATE KEY"}
   * @param content of at least 1 byte; not kept
   * @return ASCII with a line feed at the end, owned by the caller, who overwrites it after use
   *     when it is secret
   */
  public static byte[] encode(String label, byte[] content) {
    byte[] base64 = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encode(content);
    byte[] begin = ascii(begin(label) + "\n");
    byte[] end = ascii("\n" + end(label) + "\n");
    byte[] pem = Arrays.copyOf(begin, begin.length + base64.length + end.length);
    System.arraycopy(base64, 0, pem, begin.length, base64.length);
    System.arraycopy(end, 0, pem, begin.length + base64.length, end.length);
    Arrays.fill(base64, (byte) 0);
    return pem;
  }

  /**
   * The content of every block with this label, in order.
   *
   * @param pem ASCII; what stands outside of such blocks is ignored, as RFC 7468, section 2, allows
   * @throws IllegalArgumentException when a block does not end or is not base64; says nothing of
   *     the content
   */
  public static List<SecretBytes> decode(String label, byte[] pem) {
    byte[] begin = ascii(begin(label));
    byte[] end = ascii(end(label));
    List<SecretBytes> blocks = new ArrayList<>();
    int from = indexOf(pem, begin, 0);
    while (from >= 0) {
      int to = indexOf(pem, end, from + begin.length);
      if (to < 0) {
        throw new IllegalArgumentException(
            "PEM block \"" + label + "\": expected its end mark, found none");
      }
      byte[] base64 = Arrays.copyOfRange(pem, from + begin.length, to);
      byte[] content = {};
      try {
        content = Base64.getMimeDecoder().decode(base64);
        blocks.add(SecretBytes.copyOf(content, InsecureSecretAccess.get()));
      } catch (IllegalArgumentException e) {
        // the decoder's message shows what it stumbled over
        throw new IllegalArgumentException(
            "PEM block \"" + label + "\": expected base64, found something else");
      } finally {
        Arrays.fill(base64, (byte) 0);
        Arrays.fill(content, (byte) 0);
      }
      from = indexOf(pem, begin, to + end.length);
    }
    return List.copyOf(blocks);
  }

  private static String begin(String label) {
    return "-----BEGIN " + label + "-----";
  }

  private static String end(String label) {
    return "-----END " + label + "-----";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int indexOf(byte[] text, byte[] wanted, int from) {
    for (int i = from; i + wanted.length <= text.length; i++) {
      if (Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
