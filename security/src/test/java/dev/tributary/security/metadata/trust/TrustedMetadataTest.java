package dev.tributary.security.metadata.trust;

import static dev.tributary.security.metadata.MetadataKeys.FAR;
import static dev.tributary.security.metadata.MetadataKeys.ONLINE;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_1;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_2;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_3;
import static dev.tributary.security.metadata.MetadataKeys.SNAPSHOT;
import static dev.tributary.security.metadata.MetadataKeys.START;
import static dev.tributary.security.metadata.MetadataKeys.TARGETS;
import static dev.tributary.security.metadata.MetadataKeys.TIMESTAMP;
import static dev.tributary.security.metadata.MetadataKeys.firstPlan;
import static dev.tributary.security.metadata.MetadataKeys.firstRoot;
import static dev.tributary.security.metadata.MetadataKeys.signed;
import static dev.tributary.security.metadata.trust.Outcomes.by;
import static dev.tributary.security.metadata.trust.Outcomes.file;
import static dev.tributary.security.metadata.trust.Outcomes.model;
import static dev.tributary.security.metadata.trust.Outcomes.refusal;
import static dev.tributary.security.metadata.trust.Outcomes.updated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.TargetsMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import dev.tributary.security.metadata.signing.RootPlan;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are old, mixed, endless or no files: the attacks of a repository's mirror. */
class TrustedMetadataTest {

  private final Mirror mirror = Mirror.under(firstRoot()).publish("one");
  private final TrustedMetadata shipped = TrustedMetadata.startingFrom(firstRoot());

  private TimestampMetadata timestamp(long version, SignedMetadata<SnapshotMetadata> snapshot) {
    return new TimestampMetadata(version, FAR, MetaFile.of(snapshot));
  }

  @Test
  void currentFiles_areBelieved_andWhatIsNewLater() {
    UpdateStep first = mirror.update(shipped);
    assertThat(model(first)).isEqualTo(file("one"));
    mirror.publish("two");
    UpdateStep second = mirror.update(first.trusted());
    assertThat(model(second)).isEqualTo(file("two"));
    assertThat(second.trusted().versionOf(MetadataRole.TARGETS)).isEqualTo(3);
  }

  @Test
  void nothingNew_asksForRootAndTimestampOnly() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    List<String> asked = new ArrayList<>();
    UpdateStep step = trusted.beginUpdate(START);
    while (step instanceof Asking asking) {
      asked.add(asking.file());
      byte[] content = mirror.files.get(asking.file());
      step = content == null ? asking.missing() : asking.received(content);
    }
    assertThat(model(step)).isEqualTo(file("one"));
    assertThat(asked).containsExactly("2.root.json", "timestamp.json");
  }

  /**
   * The trust after the timestamp is kept; the next update must not take "same version" for done.
   */
  @Test
  void updateThatBrokeOffAfterItsTimestamp_isFinishedByTheNext() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    mirror.publish("two");
    byte[] targets = mirror.files.remove("3.targets.json");
    UpdateStep broken = mirror.update(trusted);
    assertThat(refusal(broken)).isEqualTo(TrustRefusal.UNAVAILABLE);
    mirror.files.put("3.targets.json", targets);
    assertThat(model(mirror.update(broken.trusted()))).isEqualTo(file("two"));
  }

  @Test
  void olderTimestamp_isARollback() {
    SortedMap<String, byte[]> old = mirror.copyOfFiles();
    mirror.publish("two");
    TrustedMetadata trusted = updated(mirror.update(shipped));
    mirror.files.put("timestamp.json", old.get("timestamp.json"));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.ROLLBACK);
  }

  /** A newer timestamp, by whoever has its key alone, cannot lead back to an older snapshot. */
  @Test
  void newTimestampOfAnOlderSnapshot_isARollback() {
    SignedMetadata<SnapshotMetadata> old = mirror.repository.snapshot();
    mirror.publish("two");
    TrustedMetadata trusted = updated(mirror.update(shipped));
    mirror.replace(by(timestamp(9, old), TIMESTAMP));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.ROLLBACK);
  }

  /** With the keys of timestamp and snapshot both: the targets still do not go back. */
  @Test
  void newSnapshotOfOlderTargets_isARollback() {
    SignedMetadata<TargetsMetadata> old = mirror.repository.targets();
    mirror.publish("two");
    TrustedMetadata trusted = updated(mirror.update(shipped));
    SignedMetadata<SnapshotMetadata> back =
        by(new SnapshotMetadata(9, FAR, MetaFile.of(old)), SNAPSHOT);
    mirror.replace(back);
    mirror.replace(by(timestamp(9, back), TIMESTAMP));
    UpdateStep step = mirror.update(trusted);
    assertThat(refusal(step)).isEqualTo(TrustRefusal.ROLLBACK);
    assertThat(step.trusted().versionOf(MetadataRole.SNAPSHOT)).isEqualTo(3);
  }

  @Test
  void olderRootUnderANewName_isARollback() {
    SignedMetadata<RootMetadata> second =
        signed(
            RootPlan.after(firstRoot().metadata(), FAR), Optional.of(firstRoot()), ROOT_1, ROOT_2);
    mirror.rotate(second, ONLINE);
    TrustedMetadata trusted = updated(mirror.update(shipped));
    mirror.files.put("3.root.json", firstRoot().encode());
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.ROLLBACK);
  }

  @Test
  void sameRootUnderTheNextName_isNoNewRoot() {
    mirror.files.put("2.root.json", firstRoot().encode());
    assertThat(model(mirror.update(shipped))).isEqualTo(file("one"));
  }

  @Test
  void rootThatSkipsAVersion_isRefused() {
    SignedMetadata<RootMetadata> second =
        signed(
            RootPlan.after(firstRoot().metadata(), FAR), Optional.of(firstRoot()), ROOT_1, ROOT_2);
    SignedMetadata<RootMetadata> third =
        signed(RootPlan.after(second.metadata(), FAR), Optional.of(second), ROOT_1, ROOT_2);
    mirror.files.put("2.root.json", third.encode());
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.WRONG_VERSION);
  }

  @Test
  void timestampRepeatedAfterItsExpiry_isAFreeze() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    Instant expiry = mirror.repository.timestamp().metadata().expires();
    assertThat(mirror.update(trusted, expiry.minusSeconds(1)))
        .isInstanceOf(UpdateStep.Updated.class);
    assertThat(refusal(mirror.update(trusted, expiry))).isEqualTo(TrustRefusal.EXPIRED);
    assertThat(refusal(mirror.update(shipped, expiry))).isEqualTo(TrustRefusal.EXPIRED);
  }

  @Test
  void snapshotOrTargetsBehindAFreshTimestamp_expireToo() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    mirror.replace(by(timestamp(9, mirror.repository.snapshot()), TIMESTAMP));
    Instant afterSnapshot = START.plus(Duration.ofDays(15));
    assertThat(refusal(mirror.update(trusted, afterSnapshot))).isEqualTo(TrustRefusal.EXPIRED);
    assertThat(refusal(mirror.update(shipped, afterSnapshot))).isEqualTo(TrustRefusal.EXPIRED);

    SignedMetadata<SnapshotMetadata> fresh =
        by(new SnapshotMetadata(9, FAR, MetaFile.of(mirror.repository.targets())), SNAPSHOT);
    mirror.replace(fresh);
    mirror.replace(by(timestamp(10, fresh), TIMESTAMP));
    Instant afterTargets = START.plus(Duration.ofDays(91));
    assertThat(refusal(mirror.update(trusted, afterTargets))).isEqualTo(TrustRefusal.EXPIRED);
    assertThat(refusal(mirror.update(shipped, afterTargets))).isEqualTo(TrustRefusal.EXPIRED);
  }

  @Test
  void expiredRoot_isAFreeze_unlessANewOneFollows() {
    mirror.now = FAR.plusSeconds(1);
    mirror.publish("late");
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.EXPIRED);
    SignedMetadata<RootMetadata> second =
        signed(
            RootPlan.after(firstRoot().metadata(), FAR.plus(Duration.ofDays(99))),
            Optional.of(firstRoot()),
            ROOT_1,
            ROOT_3);
    mirror.rotate(second, ONLINE);
    assertThat(model(mirror.update(shipped))).isEqualTo(file("late"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.snapshot.json", "3.targets.json"})
  void fileOfAnotherTime_isNotTheOneThatWasAnnounced(String name) {
    byte[] old = mirror.files.get(name.replace('3', '2'));
    mirror.publish("two");
    mirror.files.put(name, old);
    assertThat(refusal(mirror.update(shipped)))
        .isIn(TrustRefusal.WRONG_DIGEST, TrustRefusal.TOO_LARGE);
  }

  /** The digest is right, the version inside is not: a repository whose snapshot key was stolen. */
  @Test
  void announcedVersionAndVersionInside_mustAgree() {
    SignedMetadata<SnapshotMetadata> snapshot =
        by(new SnapshotMetadata(8, FAR, MetaFile.of(mirror.repository.targets())), SNAPSHOT);
    mirror.files.put("9.snapshot.json", snapshot.encode());
    mirror.replace(
        by(
            new TimestampMetadata(9, FAR, new MetaFile(9, TargetFile.of(snapshot.encode()))),
            TIMESTAMP));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.WRONG_VERSION);

    SignedMetadata<TargetsMetadata> targets = mirror.repository.targets();
    SignedMetadata<SnapshotMetadata> lying =
        by(
            new SnapshotMetadata(10, FAR, new MetaFile(7, TargetFile.of(targets.encode()))),
            SNAPSHOT);
    mirror.replace(lying);
    mirror.files.put("7.targets.json", targets.encode());
    mirror.replace(by(timestamp(10, lying), TIMESTAMP));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.WRONG_VERSION);
  }

  @Test
  void twoTimestampsOfOneVersion_areNotBelieved() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    long version = mirror.repository.timestamp().metadata().version();
    mirror.replace(by(timestamp(version, mirror.repository.snapshot()), TIMESTAMP));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.OTHER_CONTENT);
  }

  @Test
  void twoSnapshotsOrTargetsOfOneVersion_areNotBelieved() {
    TrustedMetadata trusted = updated(mirror.update(shipped));
    SignedMetadata<SnapshotMetadata> other =
        by(new SnapshotMetadata(2, FAR, MetaFile.of(mirror.repository.targets())), SNAPSHOT);
    mirror.replace(other);
    mirror.replace(by(timestamp(9, other), TIMESTAMP));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.OTHER_CONTENT);

    SignedMetadata<TargetsMetadata> targets =
        by(new TargetsMetadata(2, FAR, new TreeMap<>(Map.of("model", file("evil")))), TARGETS);
    SignedMetadata<SnapshotMetadata> newer =
        by(new SnapshotMetadata(9, FAR, MetaFile.of(targets)), SNAPSHOT);
    mirror.replace(targets);
    mirror.replace(newer);
    mirror.replace(by(timestamp(9, newer), TIMESTAMP));
    assertThat(refusal(mirror.update(trusted))).isEqualTo(TrustRefusal.OTHER_CONTENT);
  }

  @Test
  void twoRootsOfOneVersion_areNotBelieved() {
    SignedMetadata<RootMetadata> twin =
        signed(
            new RootPlan(1, FAR.minusSeconds(60), firstPlan().keys(), firstPlan().thresholds()),
            Optional.empty(),
            ROOT_1,
            ROOT_2);
    mirror.files.put("2.root.json", twin.encode());
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.OTHER_CONTENT);
  }

  @Test
  void fileOfAnotherRole_isNamed() {
    mirror.files.put("timestamp.json", mirror.files.get("2.snapshot.json"));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.WRONG_ROLE);
    mirror.files.put("2.root.json", mirror.files.get("2.targets.json"));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.WRONG_ROLE);
  }

  @Test
  void endlessData_isCutOff() {
    mirror.files.put("timestamp.json", new byte[MetadataRole.TIMESTAMP.maximumBytes() + 1]);
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.TOO_LARGE);
    mirror.files.put("2.root.json", new byte[MetadataRole.ROOT.maximumBytes() + 1]);
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.TOO_LARGE);
  }

  @Test
  void announcedLength_isTheMostThatIsFetched() {
    UpdateStep step = shipped.beginUpdate(START);
    step = ((Asking) step).missing();
    step = ((Asking) step).received(mirror.repository.timestamp().encode());
    byte[] snapshot = mirror.repository.snapshot().encode();
    assertThat(((Asking) step).maximumBytes()).isEqualTo(snapshot.length);
    byte[] longer = java.util.Arrays.copyOf(snapshot, snapshot.length + 1);
    assertThat(refusal(((Asking) step).received(longer))).isEqualTo(TrustRefusal.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "null", "[[[[[[[[[[[[[[[[[[[[", "{\"signed\":{\"_type\":"})
  void rubbish_isMalformed(String rubbish) {
    mirror.files.put("timestamp.json", rubbish.getBytes(StandardCharsets.UTF_8));
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.MALFORMED);
  }

  @Test
  void missingTimestamp_isUnavailable() {
    mirror.files.remove("timestamp.json");
    assertThat(refusal(mirror.update(shipped))).isEqualTo(TrustRefusal.UNAVAILABLE);
  }

  @Test
  void unsignedRoot_cannotBeShipped() {
    SignedMetadata<RootMetadata> draft = signed(firstPlan(), Optional.empty(), ROOT_1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedMetadata.startingFrom(draft))
        .withMessageContaining("too few");
  }
}
