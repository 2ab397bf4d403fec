package dev.tributary.security.metadata;

import static dev.tributary.security.metadata.MetadataKeys.FAR;
import static dev.tributary.security.metadata.MetadataKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.Repository;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedMetadataTest {

  private static final Repository REPOSITORY =
      Repository.empty(MetadataKeys.firstRoot(), MetadataKeys.ONLINE, Lifetimes.USUAL, START)
          .publish(
              Map.of("digits/channels/stable.json", TargetFile.of(new byte[] {1, 2, 3})),
              MetadataKeys.ONLINE,
              Lifetimes.USUAL,
              START);

  private static String text(SignedMetadata<?> file) {
    return new String(file.encode(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void everyFile_isReadBackAsItself() throws Exception {
    assertThat(SignedMetadata.root(REPOSITORY.root().encode())).isEqualTo(REPOSITORY.root());
    assertThat(SignedMetadata.targets(REPOSITORY.targets().encode()))
        .isEqualTo(REPOSITORY.targets());
    assertThat(SignedMetadata.snapshot(REPOSITORY.snapshot().encode()))
        .isEqualTo(REPOSITORY.snapshot());
    assertThat(SignedMetadata.timestamp(REPOSITORY.timestamp().encode()))
        .isEqualTo(REPOSITORY.timestamp());
  }

  /** The form that other implementations read and write: pinned. */
  @Test
  void timestamp_hasTheFormOfTheSpecification() {
    assertThat(text(REPOSITORY.timestamp()))
        .matches(
            "\\{\"signatures\":\\[\\{\"keyid\":\"[0-9a-f]{64}\",\"sig\":\"[0-9a-f]{128}\"}],"
                + "\"signed\":\\{\"_type\":\"timestamp\",\"expires\":\"2026-03-02T12:00:00Z\","
                + "\"meta\":\\{\"snapshot.json\":\\{\"hashes\":\\{\"sha256\":\"[0-9a-f]{64}\"},"
                + "\"length\":\\d+,\"version\":2}},\"spec_version\":\"1.0.33\",\"version\":2}}");
  }

  /** The key and its id of the example in section 4.3 of the specification. */
  @Test
  void keyId_isThatOfTheSpecification() {
    assertThat(
            MetadataKey.ofHex("72378e5bc588793e58f81c8533da64a2e8f1565c1fcc7f253496394ffc52542c")
                .id())
        .isEqualTo(new KeyId("1bf1c6e3cdd3d3a8420b19199e27511999850f4b376c4547b2f32fba7e80fca3"));
  }

  @Test
  void anyFlippedBit_isRefusedOrUnsigned() {
    byte[] file = REPOSITORY.timestamp().encode();
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        assertThat(REPOSITORY.root().metadata().verifies(SignedMetadata.timestamp(flipped)))
            .as("bit %s", bit)
            .isFalse();
      } catch (MalformedMetadataException refused) {
        assertThat(refused).hasMessageContaining("timestamp");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":2}}|\"version\":0}}",
        "\"version\":2}}|\"version\":-1}}",
        "\"version\":2}}|\"version\":9007199254740992}}",
        "\"version\":2}}|\"version\":18446744073709551617}}",
        "\"version\":2}}|\"version\":\"2\"}}",
        "\"version\":2}}|\"version\":2,\"x\":1}}",
        "\"version\":2}}|\"version\":2},\"x\":1}",
        "\"version\":2}},\"spec|\"version\":2,\"x\":1}},\"spec",
        "2026-03-02T12:00:00Z|2026-03-02T12:00:00.5Z",
        "2026-03-02T12:00:00Z|2026-03-02T12:00Z",
        "2026-03-02T12:00:00Z|2026-02-30T12:00:00Z",
        "2026-03-02T12:00:00Z|2026-03-02T23:59:60Z",
        "2026-03-02T12:00:00Z|2026-03-02T24:00:00Z",
        "2026-03-02T12:00:00Z|2026-03-02t12:00:00z",
        "2026-03-02T12:00:00Z|99999-01-01T00:00:00Z",
        "1.0.33|1.0.34",
        "\"length\":|\"length\":-",
        "\"length\":|\"length\":9999",
        "sha256|sha512",
        "snapshot.json|targets.json",
        "\"sig\":\"|\"sig\":\"0",
        "\"keyid\":\"|\"keyid\":\"A",
        "\"meta\":{|\"meta\":{\"root.json\":{},"
      })
  void anythingElse_isMalformed(String good, String bad) {
    String file = text(REPOSITORY.timestamp());
    assertThat(file).contains(good);
    assertThatExceptionOfType(MalformedMetadataException.class)
        .isThrownBy(() -> SignedMetadata.timestamp(bytes(file.replace(good, bad))))
        .matches(refused -> !refused.isOfAnotherRole());
  }

  @Test
  void rootWithWrongKeys_isMalformed() {
    String root = text(REPOSITORY.root());
    String first = REPOSITORY.root().metadata().keys().firstKey().hex();
    // Under another id; named but absent; a threshold that nobody can reach; no consistent
    // snapshot.
    for (String bad :
        new String[] {
          root.replaceFirst("\"" + first + "\":", "\"" + "0".repeat(64) + "\":"),
          root.replace("\"threshold\":2", "\"threshold\":4"),
          root.replace("\"threshold\":2", "\"threshold\":0"),
          root.replace("\"consistent_snapshot\":true", "\"consistent_snapshot\":false"),
          root.replace("\"scheme\":\"ed25519\"", "\"scheme\":\"ed25518\""),
          root.replace("\"snapshot\":{\"keyids\"", "\"mirrors\":{\"keyids\"")
        }) {
      assertThat(bad).isNotEqualTo(root);
      assertThatExceptionOfType(MalformedMetadataException.class)
          .isThrownBy(() -> SignedMetadata.root(bytes(bad)));
    }
  }

  /** With a key of small order one signature is good for many messages. */
  @Test
  void keyOfSmallOrder_isNoKey() {
    assertThatIllegalArgumentException().isThrownBy(() -> MetadataKey.ofHex("00".repeat(32)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataKey.ofHex("01" + "00".repeat(31)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/.b", "a b", "a\\b", "é"})
  void pathThatIsNoPath_isMalformed(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TargetsMetadata(
                    1, FAR, new TreeMap<>(Map.of(path, TargetFile.of(new byte[1])))));
  }

  @Test
  void longestPath_isMatchedInLinearTime() {
    String almost = "a".repeat(255) + "!";
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TargetsMetadata(
                    1, FAR, new TreeMap<>(Map.of(almost, TargetFile.of(new byte[1])))));
  }

  @Test
  void versionsAndExpiries_haveARange() {
    MetaFile one = new MetaFile(1, TargetFile.of(new byte[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SnapshotMetadata(Metadata.MAXIMUM_VERSION + 1, FAR, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SnapshotMetadata(1, FAR.plusNanos(1), one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SnapshotMetadata(1, Instant.MAX, one));
  }
}
