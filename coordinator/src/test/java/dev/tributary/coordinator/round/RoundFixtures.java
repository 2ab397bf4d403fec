package dev.tributary.coordinator.round;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.coordinator.round.plan.Shards;
import dev.tributary.security.agreement.CipherSuite;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Puts a machine IN a state. Target 3, minimum 2, four devices invited. */
final class RoundFixtures {
  static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
  static final ModelDigest BASE = new ModelDigest("ab".repeat(32));
  static final ModelDigest RESULT = new ModelDigest("cd".repeat(32));
  static final SecureAggregation SECURE = secure(false, 10);
  static final RoundPlan PLAIN = plan(Optional.empty());
  static final RoundPlan KEYED = plan(Optional.of(SECURE));
  static final RoundPlan CONFIRMED = plan(Optional.of(secure(true, 10)));

  /** Four devices in two shards of two: too few for any graph. */
  static final RoundPlan SHARDED = plan(Optional.of(secure(true, 3)));

  private RoundFixtures() {}

  static SecureAggregation secure(boolean confirmation, int shardSize) {
    return new SecureAggregation(
        CipherSuite.CLASSIC,
        Adversary.SEMI_HONEST,
        500,
        2000,
        40,
        30,
        2,
        confirmation,
        Duration.ofSeconds(30),
        shardSize);
  }

  private static RoundPlan plan(Optional<SecureAggregation> secure) {
    return new RoundPlan(
        RoundId.of("digits.1"),
        RoundKind.TRAINING,
        secure.isPresent() ? ProtocolKind.SECAGG_PLUS : ProtocolKind.PLAIN,
        3,
        2,
        4,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        secure);
  }

  static DeviceId device(int number) {
    return new DeviceId("%032x".formatted(number));
  }

  static Set<DeviceId> devices(int count) {
    var devices = new LinkedHashSet<DeviceId>();
    IntStream.rangeClosed(1, count).forEach(number -> devices.add(device(number)));
    return devices;
  }

  static CountedUpload upload(int device) {
    return new CountedUpload(
        device(device), new UploadId("%032x".formatted(device)), "%064x".formatted(device));
  }

  static Planned planned(RoundPlan plan) {
    return new Planned(plan);
  }

  static Enrolling enrolling(RoundPlan plan, int enrolledCount) {
    return new Enrolling(
        plan, AT.plusSeconds(10), false, Optional.of(BASE), devices(enrolledCount));
  }

  /** One shard; with four devices in its roster three have to go on. */
  static Shards shards(RoundPlan plan) {
    return plan.secureAggregation().isPresent()
        ? Shards.deal(devices(4), 1, 3)
        : Shards.one(devices(4));
  }

  static AdvertisingKeys advertising(int cohortCount, int advertisedCount) {
    return new AdvertisingKeys(
        KEYED,
        BASE,
        AT.plusSeconds(30),
        Shards.deal(devices(4), 1, 3),
        devices(cohortCount),
        devices(advertisedCount));
  }

  static SharingKeys sharing(int cohortCount, int sharedCount) {
    return new SharingKeys(
        KEYED, BASE, AT.plusSeconds(30), shards(KEYED), devices(cohortCount), devices(sharedCount));
  }

  /** Four devices, of which the first {@code countedCount} are counted. */
  static Collecting collecting(RoundPlan plan, int countedCount) {
    var state =
        new Collecting(
            plan, BASE, AT.plusSeconds(60), shards(plan), devices(4), Map.of(), Set.of());
    return state.with(
        IntStream.rangeClosed(1, countedCount).mapToObj(RoundFixtures::upload).toList());
  }

  static Confirming confirming() {
    return collecting(CONFIRMED, 3).toConfirming(AT, CONFIRMED.secureAggregation().orElseThrow());
  }

  static Unmasking unmasking(RoundPlan plan) {
    return collecting(plan, 3).toUnmasking(AT);
  }

  static Optimizing optimizing() {
    return unmasking(PLAIN).toOptimizing(Set.of());
  }

  static Publishing publishing() {
    return optimizing().toPublishing(RESULT);
  }

  static List<RoundState> everyState() {
    return List.of(
        planned(PLAIN),
        enrolling(PLAIN, 3),
        advertising(4, 1),
        sharing(4, 1),
        collecting(PLAIN, 1),
        collecting(KEYED, 1),
        confirming(),
        unmasking(PLAIN),
        unmasking(KEYED),
        optimizing(),
        publishing(),
        publishing().toPublished(AT),
        planned(PLAIN).toAbandoned(AT, AbandonReason.OPERATOR, "test"),
        planned(PLAIN).toFailed(AT, "test"));
  }

  static List<RoundEvent> everyEvent() {
    return List.of(
        new RoundEvent.RoundPlanned(AT, PLAIN),
        new RoundEvent.RoundOpened(AT),
        new RoundEvent.BaseFixed(AT, BASE),
        new RoundEvent.DeviceEnrolled(AT, device(4)),
        new RoundEvent.KeysAdvertised(AT, device(2)),
        new RoundEvent.KeysShared(AT, device(2)),
        new RoundEvent.UploadsCounted(AT, List.of(upload(2))),
        new RoundEvent.DeviceDropped(AT, device(2), "training-failed"),
        new RoundEvent.DeadlinePassed(AT, Phase.SELECTION),
        new RoundEvent.DeadlinePassed(AT, Phase.ADVERTISING),
        new RoundEvent.DeadlinePassed(AT, Phase.SHARING),
        new RoundEvent.DeadlinePassed(AT, Phase.REPORTING),
        new RoundEvent.DeadlinePassed(AT, Phase.CONFIRMING),
        new RoundEvent.DeadlinePassed(AT, Phase.UNMASKING),
        new RoundEvent.SurvivorsConfirmed(AT, 0),
        new RoundEvent.SumUnmasked(AT),
        new RoundEvent.ModelOptimized(AT, RESULT),
        new RoundEvent.VersionPublished(AT),
        new RoundEvent.RoundCancelled(AT, AbandonReason.OPERATOR, "paused"),
        new RoundEvent.DefectFound(AT, "a defect"));
  }
}
