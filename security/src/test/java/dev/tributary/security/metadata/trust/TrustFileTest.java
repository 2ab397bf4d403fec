package dev.tributary.security.metadata.trust;

import static dev.tributary.security.metadata.MetadataKeys.FAR;
import static dev.tributary.security.metadata.MetadataKeys.ONLINE;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_1;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_2;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_3;
import static dev.tributary.security.metadata.MetadataKeys.SNAPSHOT;
import static dev.tributary.security.metadata.MetadataKeys.TARGETS;
import static dev.tributary.security.metadata.MetadataKeys.TIMESTAMP;
import static dev.tributary.security.metadata.MetadataKeys.firstRoot;
import static dev.tributary.security.metadata.MetadataKeys.rotated;
import static dev.tributary.security.metadata.MetadataKeys.signed;
import static dev.tributary.security.metadata.MetadataKeys.signer;
import static dev.tributary.security.metadata.trust.Outcomes.file;
import static dev.tributary.security.metadata.trust.Outcomes.model;
import static dev.tributary.security.metadata.trust.Outcomes.refusal;
import static dev.tributary.security.metadata.trust.Outcomes.updated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.RootPlan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Trust over a restart. */
class TrustFileTest {

  private final Mirror mirror = Mirror.under(firstRoot()).publish("one");
  private final TrustedMetadata shipped = TrustedMetadata.startingFrom(firstRoot());

  private static SignedMetadata<RootMetadata> next(SignedMetadata<RootMetadata> root) {
    return signed(RootPlan.after(root.metadata(), FAR), Optional.of(root), ROOT_1, ROOT_2);
  }

  private static String text(TrustedMetadata trusted) {
    return new String(TrustFile.encode(trusted), StandardCharsets.UTF_8);
  }

  private static TrustedMetadata decode(SignedMetadata<RootMetadata> root, String text)
      throws DamagedTrustException {
    return TrustFile.decode(root, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void restartedDevice_refusesWhatItRefusedBefore() throws Exception {
    SortedMap<String, byte[]> old = mirror.copyOfFiles();
    mirror.rotate(next(firstRoot()), ONLINE).publish("two");
    TrustedMetadata trusted = updated(mirror.update(shipped));

    TrustedMetadata restarted = decode(firstRoot(), text(trusted));

    for (MetadataRole role : MetadataRole.values()) {
      assertThat(restarted.versionOf(role)).isEqualTo(trusted.versionOf(role)).isPositive();
    }
    assertThat(text(restarted)).isEqualTo(text(trusted));
    assertThat(model(mirror.update(restarted))).isEqualTo(file("two"));
    mirror.files.put("timestamp.json", old.get("timestamp.json"));
    assertThat(refusal(mirror.update(restarted))).isEqualTo(TrustRefusal.ROLLBACK);
  }

  @Test
  void freshDevice_isKeptToo() throws Exception {
    assertThat(decode(firstRoot(), text(shipped)).versionOf(MetadataRole.TIMESTAMP)).isZero();
  }

  /** One bit of every third byte: each try verifies five signatures. */
  @Test
  void anyFlippedBit_isDamageOrChangesNothing() throws Exception {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    byte[] file = TrustFile.encode(trusted);
    for (int at = 0; at < file.length; at += 3) {
      byte[] flipped = file.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      try {
        TrustedMetadata read = TrustFile.decode(firstRoot(), flipped);
        assertThat(read.toString()).as("byte %s", at).isEqualTo(trusted.toString());
        assertThat(read.root()).isEqualTo(trusted.root());
      } catch (DamagedTrustException expected) {
        assertThat(expected).hasMessageStartingWith("kept trust");
      }
    }
  }

  @Test
  void anyShorterFile_isDamage() throws Exception {
    byte[] file = TrustFile.encode(updated(mirror.update(shipped)));
    for (int length = 0; length < file.length; length += 7) {
      byte[] shorter = Arrays.copyOf(file, length);
      assertThatExceptionOfType(DamagedTrustException.class)
          .isThrownBy(() -> TrustFile.decode(firstRoot(), shorter));
    }
  }

  /** Whoever writes to the disk of a device cannot make it believe keys of his own. */
  @Test
  void rootsOfSomebodyElse_areDamage() {
    MetadataSigner thief = signer(99);
    RootPlan plan =
        RootPlan.first(1, FAR)
            .with(MetadataRole.ROOT, thief.key())
            .with(MetadataRole.TARGETS, TARGETS.key())
            .with(MetadataRole.SNAPSHOT, SNAPSHOT.key())
            .with(MetadataRole.TIMESTAMP, signer(98).key());
    TrustedMetadata evil = TrustedMetadata.startingFrom(signed(plan, Optional.empty(), thief));
    assertThatExceptionOfType(DamagedTrustException.class)
        .isThrownBy(() -> decode(firstRoot(), text(evil)))
        .withMessageContaining("root 1");

    // Nor by putting one behind the true first root.
    SignedMetadata<RootMetadata> second =
        thief.sign(
            new SignedMetadata<>(RootPlan.after(plan.toMetadata(), FAR).toMetadata(), List.of()));
    String fresh = text(shipped); // of a device that saw nothing: it ends with the list of roots
    String both =
        fresh.substring(0, fresh.length() - 2)
            + ","
            + new String(second.encode(), StandardCharsets.UTF_8)
            + "]}";
    assertThatExceptionOfType(DamagedTrustException.class)
        .isThrownBy(() -> decode(firstRoot(), both))
        .withMessageContaining("root 2 does not follow");
  }

  @Test
  void timestampOfSomebodyElse_isDamage() throws Exception {
    Mirror other =
        Mirror.under(
            signed(
                RootPlan.first(1, FAR)
                    .with(MetadataRole.ROOT, ROOT_3.key())
                    .with(MetadataRole.TARGETS, TARGETS.key())
                    .with(MetadataRole.SNAPSHOT, SNAPSHOT.key())
                    .with(MetadataRole.TIMESTAMP, TIMESTAMP.key()),
                Optional.empty(),
                ROOT_3));
    SignedMetadata<?> foreign =
        signer(55).sign(new SignedMetadata<>(other.repository.timestamp().metadata(), List.of()));
    TrustedMetadata trusted = updated(mirror.update(shipped));
    String mine = new String(mirror.repository.timestamp().encode(), StandardCharsets.UTF_8);
    String theirs = new String(foreign.encode(), StandardCharsets.UTF_8);
    assertThatExceptionOfType(DamagedTrustException.class)
        .isThrownBy(() -> decode(firstRoot(), text(trusted).replace(mine, theirs)))
        .withMessageContaining("timestamp");
  }

  /** A new release of the program brings a newer root than the device has heard of. */
  @Test
  void newerShippedRoot_takesThePlaceOfTheKeptOnes() throws Exception {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    SortedMap<String, byte[]> old = mirror.copyOfFiles();
    SignedMetadata<RootMetadata> second = next(firstRoot());
    SignedMetadata<RootMetadata> third = next(second);
    mirror.rotate(second, ONLINE).rotate(third, ONLINE).publish("three");

    TrustedMetadata upgraded = decode(third, text(trusted));
    assertThat(upgraded.root().version()).isEqualTo(3);
    assertThat(upgraded.versionOf(MetadataRole.TIMESTAMP)).isEqualTo(2);
    assertThat(model(mirror.update(upgraded))).isEqualTo(file("three"));
    TrustedMetadata later = updated(mirror.update(upgraded));
    assertThat(decode(third, text(later)).root().version()).isEqualTo(3);
    mirror.files.putAll(old);
    assertThat(refusal(mirror.update(later))).isEqualTo(TrustRefusal.ROLLBACK);
  }

  /** And one that revokes the timestamp's key makes it forget, as the root itself would have. */
  @Test
  void newerShippedRootThatRevokes_forgets() throws Exception {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    MetadataSigner fresh = signer(41);
    SignedMetadata<RootMetadata> second = rotated(firstRoot(), MetadataRole.TIMESTAMP, fresh.key());
    TrustedMetadata upgraded = decode(second, text(trusted));
    assertThat(upgraded.versionOf(MetadataRole.TIMESTAMP)).isZero();
    assertThat(upgraded.versionOf(MetadataRole.SNAPSHOT)).isZero();
    mirror.rotate(second, OnlineSigners.of(TARGETS, SNAPSHOT, fresh));
    assertThat(model(mirror.update(upgraded))).isEqualTo(file("one"));
  }

  /** The program before that, put back, does not know the kept roots: a person has to look. */
  @Test
  void olderShippedRootThanTheKeptOnes_isDamage() throws Exception {
    SignedMetadata<RootMetadata> second = next(firstRoot());
    TrustedMetadata trusted = TrustedMetadata.startingFrom(second);
    assertThatExceptionOfType(DamagedTrustException.class)
        .isThrownBy(() -> decode(firstRoot(), text(trusted)))
        .withMessageContaining("root 1");
  }
}
