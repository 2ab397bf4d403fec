package dev.tributary.aggregation.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.publish.ChannelFile.Candidate;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.security.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedRecordsTest {

  private static final String SALT = "00112233445566778899aabbccddeeff";

  private static FileDigest digest(int number) {
    return FileDigest.of(new byte[] {(byte) number});
  }

  private static ModelSpec spec(int units) {
    return ModelSpec.fromJson(
        ("{\"format\":\"tributary-model/1\",\"input\":[2],\"layers\":[{\"type\":\"linear\",\"units\":"
                + "%d}],\"loss\":\"softmax-cross-entropy\",\"classes\":%d}")
            .formatted(units, units));
  }

  private static final VersionManifest MANIFEST =
      new VersionManifest(
          new PopulationName("digits"),
          new ModelDigest(digest(1).hex()),
          spec(3),
          new VersionOrigin(
              Optional.of(new ModelDigest(digest(9).hex())),
              List.of(RoundId.of("digits.6"), RoundId.of("digits.7")),
              Optional.of(digest(8)),
              Optional.of("1.2.0")),
          List.of(
              VersionMetrics.of(
                  "coordinator",
                  new Evaluation(4, 6, ConfusionMatrix.of(2, new long[] {2, 1, 0, 1})))),
          List.of(
              new ArtifactEntry(
                  ArtifactKind.FLOAT32, digest(1), 1000, List.of("float32"), Optional.empty()),
              new ArtifactEntry(
                  ArtifactKind.PRUNED,
                  digest(2),
                  300,
                  List.of("prune", "fp16"),
                  Optional.of(spec(2)),
                  List.of(
                      VersionMetrics.of(
                          "pens",
                          new Evaluation(4, 8, ConfusionMatrix.of(2, new long[] {2, 0, 0, 2})))))),
          List.of(
              new DeltaEntry(ArtifactKind.FLOAT32, digest(3), digest(1), digest(4), 90),
              new DeltaEntry(ArtifactKind.FLOAT32, digest(3), digest(1), digest(5), 80)));

  @Test
  void manifest_isReadBackAsItself() throws Exception {
    byte[] file = MANIFEST.encode();
    VersionManifest read = VersionManifest.decode(file);
    assertThat(read).isEqualTo(MANIFEST);
    assertThat(read.digest()).isEqualTo(FileDigest.of(file));
    assertThat(read.specOf(read.artifacts().get(1))).isEqualTo(spec(2));
    assertThat(read.delta(digest(3), digest(1)).orElseThrow().bytes()).as("smallest").isEqualTo(80);
    assertThat(read.delta(digest(4), digest(1))).isEmpty();
  }

  @Test
  void metrics_areWholeNumbers() {
    VersionMetrics metrics = MANIFEST.metrics().get(0);
    assertThat(metrics.accuracyPpm()).isEqualTo(750_000);
    assertThat(metrics.lossMillionths()).isEqualTo(1_500_000);
    assertThat(metrics.recallPpm()).containsExactly(666_667, 1_000_000);
    assertThat(metrics.f1Ppm()).containsExactly(800_000, 666_667);
    VersionMetrics diverged =
        VersionMetrics.of(
            "x", new Evaluation(1, Double.NaN, ConfusionMatrix.of(2, new long[] {1, 0, 0, 0})));
    assertThat(diverged.lossMillionths()).isEqualTo(1_000_000_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tributary-version/1|tributary-version/2",
        "\"privacy\":{}|\"privacy\":{\"x\":1}",
        "\"privacy\":{}|\"privacy\":{},\"q\":1",
        "\"bytes\":1000|\"bytes\":0",
        "\"kind\":\"pruned\"|\"kind\":\"pickled\"",
        "\"population\":\"digits\"|\"population\":\"../digits\"",
        "digits.7|digits",
        "\"accuracyPpm\":750000|\"accuracyPpm\":1000001",
        "\"recallPpm\":[666667,|\"recallPpm\":[666667,0,",
        "\\\"units\\\":3|\\\"units\\\":4"
      })
  void anythingElse_isNoManifest(String good, String bad) {
    String file = new String(MANIFEST.encode(), StandardCharsets.UTF_8);
    assertThat(file).contains(good);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(
            () -> VersionManifest.decode(file.replace(good, bad).getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anyFlippedBit_isRefusedOrAnotherManifest() {
    byte[] file = MANIFEST.encode();
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        assertThat(VersionManifest.decode(flipped)).as("bit %s", bit).isNotEqualTo(MANIFEST);
      } catch (MalformedJsonException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void manifest_listsEachFileOnce_andDeltasToItsOwnFiles() {
    ArtifactEntry once = MANIFEST.artifacts().get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(List.of(once, once), List.of()))
        .withMessageContaining("twice");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                with(
                    List.of(once),
                    List.of(new DeltaEntry(ArtifactKind.INT8, digest(3), digest(1), digest(4), 1))))
        .withMessageContaining("leads to no artifact of its kind");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeltaEntry(ArtifactKind.INT8, digest(3), digest(3), digest(4), 1));
  }

  private static VersionManifest with(List<ArtifactEntry> artifacts, List<DeltaEntry> deltas) {
    return new VersionManifest(
        MANIFEST.population(),
        MANIFEST.version(),
        MANIFEST.spec(),
        MANIFEST.origin(),
        List.of(),
        artifacts,
        deltas);
  }

  @Test
  void channel_isReadBackAsItself() throws Exception {
    ChannelFile plain = new ChannelFile(ChannelName.STABLE, digest(1), Optional.empty());
    assertThat(new String(plain.encode(), StandardCharsets.UTF_8))
        .isEqualTo("{\"candidate\":null,\"channel\":\"stable\",\"release\":\"" + digest(1) + "\"}");
    assertThat(ChannelFile.decode(plain.encode())).isEqualTo(plain);
    ChannelFile tried =
        new ChannelFile(
            new ChannelName("canary"), digest(1), Optional.of(new Candidate(digest(2), SALT, 500)));
    assertThat(ChannelFile.decode(tried.encode())).isEqualTo(tried);
    byte[] tooMany =
        new String(tried.encode(), StandardCharsets.UTF_8)
            .replace("500", "10001")
            .getBytes(StandardCharsets.UTF_8);
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> ChannelFile.decode(tooMany));
  }

  /**
   * Pinned, so that a device in another language comes to the same: SHA-256(salt ‖ id) mod 10000.
   */
  @Test
  void bucket_isThatOfTheHash() {
    Candidate candidate = new Candidate(digest(2), SALT, 0);
    assertThat(candidate.bucketOf(new DeviceId("0123456789abcdef0123456789abcdef")))
        .isEqualTo(9391);
  }

  /**
   * Of 20 000 devices 5 % take it. Chance that it is off by more than 0.8 points: below 1e-6 (5.2
   * standard deviations); the ids are fixed, so it either always holds or never.
   */
  @Test
  void share_isThatOfTheBuckets() {
    Candidate candidate = new Candidate(digest(2), SALT, 500);
    ChannelFile channel = new ChannelFile(ChannelName.STABLE, digest(1), Optional.of(candidate));
    long taken = 0;
    for (int i = 0; i < 20_000; i++) {
      DeviceId device = new DeviceId("%032x".formatted(i));
      boolean takes = channel.manifestFor(device).equals(digest(2));
      assertThat(takes).isEqualTo(candidate.isFor(device));
      taken += takes ? 1 : 0;
    }
    assertThat(taken / 20_000.0).isBetween(0.042, 0.058);
    assertThat(
            new Candidate(digest(2), SALT, ChannelFile.ALL)
                .isFor(new DeviceId("0123456789abcdef0123456789abcdef")))
        .isTrue();
  }
}
