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
import static dev.tributary.security.metadata.trust.Outcomes.by;
import static dev.tributary.security.metadata.trust.Outcomes.file;
import static dev.tributary.security.metadata.trust.Outcomes.model;
import static dev.tributary.security.metadata.trust.Outcomes.refusal;
import static dev.tributary.security.metadata.trust.Outcomes.updated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TargetsMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import dev.tributary.security.metadata.key.MetadataSignature;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.RootPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys: who may sign what, how often a key counts, and what a new root changes. */
class TrustedRootTest {

  private final Mirror mirror = Mirror.under(firstRoot()).publish("one");
  private final TrustedMetadata shipped = TrustedMetadata.startingFrom(firstRoot());

  private TimestampMetadata timestamp(long version, SignedMetadata<SnapshotMetadata> snapshot) {
    return new TimestampMetadata(version, FAR, MetaFile.of(snapshot));
  }

  @ParameterizedTest
  @EnumSource(
      value = MetadataRole.class,
      names = {"TARGETS", "SNAPSHOT", "TIMESTAMP"})
  void fileOfAnotherKey_isNotSigned(MetadataRole role) {
    MetadataSigner thief = signer(99);
    Mirror evil = Mirror.under(firstRoot());
    SignedMetadata<TargetsMetadata> targets =
        by(
            new TargetsMetadata(5, FAR, new TreeMap<>(Map.of("model", file("evil")))),
            role == MetadataRole.TARGETS ? thief : TARGETS);
    SignedMetadata<SnapshotMetadata> snapshot =
        by(
            new SnapshotMetadata(5, FAR, MetaFile.of(targets)),
            role == MetadataRole.SNAPSHOT ? thief : SNAPSHOT);
    evil.replace(targets);
    evil.replace(snapshot);
    evil.replace(by(timestamp(5, snapshot), role == MetadataRole.TIMESTAMP ? thief : TIMESTAMP));
    assertThat(refusal(evil.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
  }

  /** Each online key is good for its own role and no other. */
  @Test
  void keyOfOneRole_signsNoOther() {
    mirror.replace(by(timestamp(9, mirror.repository.snapshot()), TARGETS, SNAPSHOT, ROOT_1));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
  }

  @Test
  void changedContent_isNotSigned() {
    TimestampMetadata signed = mirror.repository.timestamp().metadata();
    mirror.replace(
        new SignedMetadata<>(
            new TimestampMetadata(9, FAR, signed.snapshot()),
            mirror.repository.timestamp().signatures()));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
  }

  /** The hole of CVE-2020-6174: one key, many signatures. */
  @Test
  void oneKeyManyTimes_isOneKey() {
    RootPlan plan = RootPlan.after(firstRoot().metadata(), FAR);
    SignedMetadata<RootMetadata> one = signed(plan, Optional.of(firstRoot()), ROOT_1);
    MetadataSignature signature = one.signatures().get(0);
    SignedMetadata<RootMetadata> thrice =
        new SignedMetadata<>(one.metadata(), List.of(signature, signature, signature));
    mirror.replace(thrice);
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
    mirror.replace(ROOT_3.sign(thrice));
    assertThat(updated(mirror.update(shipped)).versionOf(MetadataRole.ROOT)).isEqualTo(2);
  }

  /** The signature of one key under the name of another counts for neither. */
  @Test
  void signatureUnderAnotherName_isNone() {
    RootPlan plan = RootPlan.after(firstRoot().metadata(), FAR);
    SignedMetadata<RootMetadata> one = signed(plan, Optional.of(firstRoot()), ROOT_1);
    List<MetadataSignature> signatures = new ArrayList<>(one.signatures());
    signatures.add(new MetadataSignature(ROOT_2.id(), signatures.get(0).signature()));
    mirror.replace(new SignedMetadata<>(one.metadata(), signatures));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
  }

  /** A bad signature does not spoil good ones beside it. */
  @Test
  void badSignatureBesideEnoughGoodOnes_doesNoHarm() {
    SignedMetadata<TimestampMetadata> timestamp = mirror.repository.timestamp();
    List<MetadataSignature> signatures = new ArrayList<>();
    signatures.add(
        new MetadataSignature(
            TIMESTAMP.id(), mirror.repository.root().signatures().get(0).signature()));
    signatures.add(new MetadataSignature(signer(77).id(), signatures.get(0).signature()));
    signatures.addAll(timestamp.signatures());
    mirror.replace(new SignedMetadata<>(timestamp.metadata(), signatures));
    assertThat(model(mirror.update(shipped))).isEqualTo(file("one"));
  }

  @Test
  void rootSignedByTheNewKeysAlone_isNotSigned() {
    MetadataSigner thief = signer(99);
    RootPlan plan =
        RootPlan.after(firstRoot().metadata(), FAR)
            .withThreshold(MetadataRole.ROOT, 1)
            .withOnly(MetadataRole.ROOT, List.of(thief.key()));
    mirror.replace(by(plan.toMetadata(), thief));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
  }

  @Test
  void rootSignedByTheOldKeysAlone_isNotSigned() {
    RootPlan plan =
        RootPlan.after(firstRoot().metadata(), FAR)
            .withOnly(MetadataRole.ROOT, List.of(signer(4).key(), signer(5).key()));
    mirror.replace(by(plan.toMetadata(), ROOT_1, ROOT_2));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.NOT_SIGNED);
    mirror.replace(by(plan.toMetadata(), ROOT_1, ROOT_2, signer(4), signer(5)));
    assertThat(updated(mirror.update(shipped)).root().version()).isEqualTo(2);
  }

  /** A device that slept through years of ceremonies follows each of them. */
  @Test
  void manyRoots_areFollowedOneByOne() {
    SignedMetadata<RootMetadata> root = firstRoot();
    for (int version = 2; version <= 40; version++) {
      RootPlan plan = RootPlan.after(root.metadata(), FAR);
      root = signed(plan, Optional.of(root), ROOT_1, ROOT_3);
      mirror.rotate(root, ONLINE);
    }
    assertThat(updated(mirror.update(shipped)).root().version()).isEqualTo(40);
    mirror.files.remove("20.root.json");
    assertThat(mirror.update(shipped).trusted().root().version()).isEqualTo(19);
  }

  @Test
  void revokedKey_signsNothingAnyMore() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    MetadataSigner fresh = signer(21);
    SignedMetadata<RootMetadata> next = rotated(firstRoot(), MetadataRole.TARGETS, fresh.key());
    mirror.files.put("2.root.json", next.encode());
    // What the old key signed lies on the device's own disk, and is believed no more either.
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.NOT_SIGNED);

    mirror.rotate(next, OnlineSigners.of(fresh, SNAPSHOT, TIMESTAMP));
    assertThat(model(mirror.update(trusted))).isEqualTo(file("one"));
  }

  /**
   * Whoever has the keys for a day signs the highest version there is; after a rotation it goes on.
   */
  @Test
  void fastForwardedVersions_areForgottenWhenTheirKeyIsRevoked() {
    SignedMetadata<SnapshotMetadata> last =
        by(
            new SnapshotMetadata(
                Metadata.MAXIMUM_VERSION, FAR, MetaFile.of(mirror.repository.targets())),
            SNAPSHOT);
    SortedMap<String, byte[]> honest = mirror.copyOfFiles();
    mirror.replace(last);
    mirror.replace(by(timestamp(Metadata.MAXIMUM_VERSION, last), TIMESTAMP));
    TrustedMetadata fooled = updated(mirror.update(shipped));
    mirror.files.putAll(honest);
    assertThat(refusal(mirror.update(fooled))).isEqualTo(TrustRefusal.ROLLBACK);

    MetadataSigner freshSnapshot = signer(22);
    MetadataSigner freshTimestamp = signer(23);
    RootPlan plan =
        RootPlan.after(firstRoot().metadata(), FAR)
            .withOnly(MetadataRole.SNAPSHOT, List.of(freshSnapshot.key()))
            .withOnly(MetadataRole.TIMESTAMP, List.of(freshTimestamp.key()));
    mirror.rotate(
        signed(plan, Optional.of(firstRoot()), ROOT_2, ROOT_3),
        OnlineSigners.of(TARGETS, freshSnapshot, freshTimestamp));
    mirror.publish("after");
    assertThat(model(mirror.update(fooled))).isEqualTo(file("after"));
  }

  /** A key that is only added revokes nothing, so nothing is forgotten. */
  @Test
  void addedKey_doesNotOpenTheDoorToOlderFiles() {
    SortedMap<String, byte[]> old = mirror.copyOfFiles();
    mirror.publish("two");
    TrustedMetadata trusted = updated(mirror.update(shipped));
    SignedMetadata<RootMetadata> next =
        rotated(firstRoot(), MetadataRole.TIMESTAMP, TIMESTAMP.key(), signer(31).key());
    mirror.files.put("2.root.json", next.encode());
    mirror.files.put("timestamp.json", old.get("timestamp.json"));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.ROLLBACK);
  }
}
