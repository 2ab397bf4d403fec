package dev.tributary.security.prg;

import dev.tributary.security.PublishedVectors;
import dev.tributary.security.Sha256;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Publishes and checks vectors/stream.json. */
class StreamVectorsTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final int LENGTH_BYTES = 100_000;

  @Test
  void published_isWhatIsComputed() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "what",
        "Streams of AES in counter mode, see StreamCipher and AesCtrStream: key, first 64 bytes and"
            + " SHA-256 of the first "
            + LENGTH_BYTES
            + " bytes for a seed and a context.");
    List<Object> streams = new ArrayList<>();
    for (StreamCipher cipher : StreamCipher.values()) {
      for (String context : new String[] {"", "00", "73657373696f6e2031", "ff".repeat(64)}) {
        streams.add(stream(cipher, context));
      }
    }
    document.put("streams", streams);
    PublishedVectors.assertPublished("stream.json", document);
  }

  private static Map<String, Object> stream(StreamCipher cipher, String context) {
    SecretBytes seed = SecretBytes.random(32, PublishedVectors.repeatable("stream " + context));
    byte[] bytes = new byte[LENGTH_BYTES];
    cipher.stream(seed, HEX.parseHex(context)).fill(bytes);
    Map<String, Object> stream = new LinkedHashMap<>();
    stream.put("cipher", cipher == StreamCipher.AES_128 ? "aes-128-ctr" : "aes-256-ctr");
    stream.put("seed", seed.lend(InsecureSecretAccess.get(), HEX::formatHex));
    stream.put("context", context);
    stream.put(
        "key",
        cipher.key(seed, HEX.parseHex(context)).lend(InsecureSecretAccess.get(), HEX::formatHex));
    stream.put("first", HEX.formatHex(Arrays.copyOf(bytes, 64)));
    stream.put("sha256", HEX.formatHex(Sha256.of(bytes)));
    return stream;
  }
}
