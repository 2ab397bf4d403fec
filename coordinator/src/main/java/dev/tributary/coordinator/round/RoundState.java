package dev.tributary.coordinator.round;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.coordinator.round.plan.Shards;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a round is, holding only what is true there. A state's methods are its legal exits: an
 * illegal transition does not compile. Sets keep the order of arrival. Adding a device copies the
 * set, O(cohort): cohorts are bounded by the task's selection count.
 *
 * <p>From the end of {@code Enrolling} on a cohort is split into {@link Shards}, mostly one. A
 * shard that has too few devices to go on drops out of the round with all of them.
 *
 * <pre>
 * Planned -> Enrolling -> AdvertisingKeys -> SharingKeys -> Collecting -> Confirming -> Unmasking -> Optimizing -> Publishing -> Published
 *                 \__________ without keys __________/  \___ if wanted ___/
 * Planned..Unmasking -> Abandoned; everything that is not terminal -> Failed
 * </pre>
 */
public sealed interface RoundState {
  RoundPlan plan();

  /** A round that may still change. */
  sealed interface Live extends RoundState {
    default Failed toFailed(Instant at, String cause) {
      return new Failed(plan(), cause, at);
    }
  }

  /** A round from which nothing has been learnt yet, so that it may be given up. */
  sealed interface Revocable extends Live {
    default Abandoned toAbandoned(Instant at, AbandonReason because, String detail) {
      return new Abandoned(plan(), because, detail, at);
    }
  }

  /** A round that has ended and stays as it is. */
  sealed interface Terminal extends RoundState {
    Instant endedAt();
  }

  /** Decided on; no device is in it. */
  record Planned(RoundPlan plan) implements Revocable {
    Enrolling toEnrolling(Instant at) {
      return new Enrolling(plan, at.plus(plan.selection()), false, Optional.empty(), Set.of());
    }
  }

  /**
   * Gathering devices while the round before may still be running.
   *
   * @param deadlinePassed the deadline came before the base: the round starts, or ends, with the
   *     base
   * @param base the model to start from, once the round before has ended
   * @param enrolled devices that checked in, at most selectionCount
   */
  record Enrolling(
      RoundPlan plan,
      Instant deadline,
      boolean deadlinePassed,
      Optional<ModelDigest> base,
      Set<DeviceId> enrolled)
      implements Revocable {
    public Enrolling {
      enrolled = InOrder.ordered(enrolled);
    }

    boolean isFull() {
      return enrolled.size() >= plan.selectionCount();
    }

    Enrolling with(DeviceId device) {
      return new Enrolling(plan, deadline, deadlinePassed, base, InOrder.plus(enrolled, device));
    }

    Enrolling without(DeviceId device) {
      return new Enrolling(plan, deadline, deadlinePassed, base, InOrder.minus(enrolled, device));
    }

    Enrolling on(ModelDigest fixedBase) {
      return new Enrolling(plan, deadline, deadlinePassed, Optional.of(fixedBase), enrolled);
    }

    Enrolling pastDeadline() {
      return new Enrolling(plan, deadline, true, base, enrolled);
    }

    /** For a protocol that exchanges keys. */
    AdvertisingKeys toAdvertisingKeys(Instant at, ModelDigest fixedBase, SecureAggregation secure) {
      var shards = Shards.deal(enrolled, secure.shardCount(enrolled.size()), secure.leastRoster());
      return new AdvertisingKeys(
          plan, fixedBase, at.plus(secure.step()), shards, enrolled, Set.of());
    }

    /** For a protocol without keys. */
    Collecting toCollecting(Instant at, ModelDigest fixedBase) {
      return new Collecting(
          plan,
          fixedBase,
          at.plus(plan.reporting()),
          Shards.one(enrolled),
          enrolled,
          Map.of(),
          Set.of());
    }
  }

  /**
   * Awaiting the public keys that the devices of a shard mask with.
   *
   * @param cohort devices that may still advertise
   * @param advertised those that have, a subset of the cohort
   */
  record AdvertisingKeys(
      RoundPlan plan,
      ModelDigest base,
      Instant deadline,
      Shards shards,
      Set<DeviceId> cohort,
      Set<DeviceId> advertised)
      implements Revocable {
    public AdvertisingKeys {
      cohort = InOrder.ordered(cohort);
      advertised = InOrder.ordered(advertised);
    }

    AdvertisingKeys with(DeviceId device) {
      return new AdvertisingKeys(
          plan, base, deadline, shards, cohort, InOrder.plus(advertised, device));
    }

    AdvertisingKeys without(DeviceId device) {
      return new AdvertisingKeys(
          plan,
          base,
          deadline,
          shards,
          InOrder.minus(cohort, device),
          InOrder.minus(advertised, device));
    }

    /** Closes the rosters: who advertised is in one, if its shard has a graph for so many. */
    SharingKeys toSharingKeys(Instant at, SecureAggregation secure) {
      var closed = shards.closedOver(advertised, secure);
      return new SharingKeys(
          plan, base, at.plus(secure.step()), closed, closed.strong(advertised), Set.of());
    }
  }

  /**
   * Awaiting shares of keys.
   *
   * @param cohort devices that may still share
   * @param shared those that have, a subset of the cohort
   */
  record SharingKeys(
      RoundPlan plan,
      ModelDigest base,
      Instant deadline,
      Shards shards,
      Set<DeviceId> cohort,
      Set<DeviceId> shared)
      implements Revocable {
    public SharingKeys {
      cohort = InOrder.ordered(cohort);
      shared = InOrder.ordered(shared);
    }

    SharingKeys with(DeviceId device) {
      return new SharingKeys(plan, base, deadline, shards, cohort, InOrder.plus(shared, device));
    }

    SharingKeys without(DeviceId device) {
      return new SharingKeys(
          plan,
          base,
          deadline,
          shards,
          InOrder.minus(cohort, device),
          InOrder.minus(shared, device));
    }

    /** Only who shared keys may send an update, if enough of its shard did. */
    Collecting toCollecting(Instant at) {
      return new Collecting(
          plan, base, at.plus(plan.reporting()), shards, shards.strong(shared), Map.of(), Set.of());
    }
  }

  /**
   * Awaiting uploads.
   *
   * @param cohort devices whose upload is welcome
   * @param counted what is in the sum, by its device; at most targetCount
   * @param dropped devices of the cohort that gave up; disjoint from the counted ones
   */
  record Collecting(
      RoundPlan plan,
      ModelDigest base,
      Instant deadline,
      Shards shards,
      Set<DeviceId> cohort,
      Map<DeviceId, CountedUpload> counted,
      Set<DeviceId> dropped)
      implements Revocable {
    public Collecting {
      cohort = InOrder.ordered(cohort);
      counted = InOrder.ordered(counted);
      dropped = InOrder.ordered(dropped);
    }

    /** How many devices may still report. */
    public int awaitedCount() {
      return cohort.size() - counted.size() - dropped.size();
    }

    /** Whose updates a sum may come to have: those counted, with those that may still report. */
    Set<DeviceId> possible(boolean deadlinePassed) {
      var possible = new LinkedHashSet<>(deadlinePassed ? counted.keySet() : cohort);
      possible.removeAll(dropped);
      return shards.strong(possible);
    }

    Collecting with(Iterable<CountedUpload> uploads) {
      return new Collecting(
          plan, base, deadline, shards, cohort, InOrder.plus(counted, uploads), dropped);
    }

    Collecting without(DeviceId device) {
      return new Collecting(
          plan, base, deadline, shards, cohort, counted, InOrder.plus(dropped, device));
    }

    /** Freezes the survivors: nothing after this point changes whose updates are in a sum. */
    Unmasking toUnmasking(Instant at) {
      return new Unmasking(
          plan,
          base,
          plan.secureAggregation().map(secure -> at.plus(secure.step())),
          shards,
          survivors());
    }

    /** Freezes the survivors, for their devices to confirm. */
    Confirming toConfirming(Instant at, SecureAggregation secure) {
      return new Confirming(plan, base, at.plus(secure.step()), shards, survivors(), Set.of());
    }

    /** What is counted, in shards where it is enough. */
    Map<DeviceId, CountedUpload> survivors() {
      return InOrder.only(counted, shards.strong(counted.keySet()));
    }
  }

  /**
   * Awaiting that the devices confirm to one another who is in the sum of their shard.
   *
   * @param survivors frozen: whose updates are in a sum
   * @param confirmed shards of which enough did
   */
  record Confirming(
      RoundPlan plan,
      ModelDigest base,
      Instant deadline,
      Shards shards,
      Map<DeviceId, CountedUpload> survivors,
      Set<Integer> confirmed)
      implements Revocable {
    public Confirming {
      survivors = InOrder.ordered(survivors);
      confirmed = Set.copyOf(confirmed);
    }

    Confirming with(int shard) {
      var more = new LinkedHashSet<>(confirmed);
      more.add(shard);
      return new Confirming(plan, base, deadline, shards, survivors, more);
    }

    /** The survivors in shards that are confirmed. */
    Map<DeviceId, CountedUpload> confirmedSurvivors() {
      var devices = new LinkedHashSet<>(survivors.keySet());
      devices.removeIf(device -> !confirmed.contains(shards.of(device)));
      return InOrder.only(survivors, devices);
    }

    /** Only shards that are confirmed are opened. */
    Unmasking toUnmasking(Instant at) {
      return new Unmasking(
          plan,
          base,
          plan.secureAggregation().map(secure -> at.plus(secure.step())),
          shards,
          confirmedSurvivors());
    }
  }

  /**
   * Opening the sum of the survivors. Plain has nothing to open and passes through at once.
   *
   * @param deadline until when shares are awaited, empty for Plain
   * @param survivors frozen: whose updates are in a sum
   */
  record Unmasking(
      RoundPlan plan,
      ModelDigest base,
      Optional<Instant> deadline,
      Shards shards,
      Map<DeviceId, CountedUpload> survivors)
      implements Revocable {
    public Unmasking {
      survivors = InOrder.ordered(survivors);
    }

    /** The survivors in shards that were opened. */
    Map<DeviceId, CountedUpload> opened(Set<Integer> unopened) {
      var devices = new LinkedHashSet<>(survivors.keySet());
      devices.removeIf(device -> unopened.contains(shards.of(device)));
      return InOrder.only(survivors, devices);
    }

    Optimizing toOptimizing(Set<Integer> unopened) {
      return new Optimizing(plan, base, opened(unopened));
    }
  }

  /** Computing the result from the sum. */
  record Optimizing(RoundPlan plan, ModelDigest base, Map<DeviceId, CountedUpload> survivors)
      implements Live {
    public Optimizing {
      survivors = InOrder.ordered(survivors);
    }

    Publishing toPublishing(ModelDigest result) {
      return new Publishing(plan, base, survivors, result);
    }
  }

  /** Making the result, whose file is on disk, visible. */
  record Publishing(
      RoundPlan plan, ModelDigest base, Map<DeviceId, CountedUpload> survivors, ModelDigest result)
      implements Live {
    public Publishing {
      survivors = InOrder.ordered(survivors);
    }

    Published toPublished(Instant at) {
      return new Published(plan, base, survivors, result, at);
    }
  }

  /** Ended with a result. */
  record Published(
      RoundPlan plan,
      ModelDigest base,
      Map<DeviceId, CountedUpload> survivors,
      ModelDigest result,
      Instant endedAt)
      implements Terminal {
    public Published {
      survivors = InOrder.ordered(survivors);
    }
  }

  /** Ended without a result and without anything learnt, for a reason that is nobody's defect. */
  record Abandoned(RoundPlan plan, AbandonReason because, String detail, Instant endedAt)
      implements Terminal {}

  /** Ended by a defect. */
  record Failed(RoundPlan plan, String cause, Instant endedAt) implements Terminal {}
}
