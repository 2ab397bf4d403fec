package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.quantize.Quantizer;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked example of {@code docs/protocol.md}. */
class UploadLayoutTest {

  private static final QuantizationParameters PARAMETERS =
      new QuantizationParameters(2, 8, 10, Float.POSITIVE_INFINITY, 1f, 20, 4);

  @Test
  void workedExample_isWhatTheDocumentSays() throws IOException {
    LocalUpdate update = new LocalUpdate(new float[] {0f, -1f}, 30);
    QuantizedUpdate quantized =
        new Quantizer(PARAMETERS).quantize(new Clipper(PARAMETERS).clip(update), new byte[32]);
    assertThat(quantized.lanes()).containsExactly(127, 0, 255);

    MaskedUpdate masked =
        RoundProtocol.of(ProtocolKind.PLAIN).masker(PARAMETERS, List.of()).mask(quantized);
    byte[] body = masked.packed();
    assertThat(body).hasSize((int) PARAMETERS.packedBytes());

    String document = Files.readString(Path.of("..", "docs", "protocol.md"));
    assertThat(document)
        .contains("`" + HexFormat.ofDelimiter(" ").formatHex(body) + "`")
        .contains("sha-256=:" + Base64.getEncoder().encodeToString(Sha256.of(body)) + ":");
  }
}
