package dev.tributary.coordinator.round;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a round is, holding only what is true there. A state's methods are its legal exits: an
 * illegal transition does not compile. Sets keep the order of arrival. Adding a device copies the
 * set, O(cohort): cohorts are bounded by the task's selection count, and larger populations are
 * split into shards.
 *
 * <pre>
 * Planned -> Enrolling -> SharingKeys -> Collecting -> Unmasking -> Optimizing -> Publishing -> Published
 *                 \_____ without keys ____/
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
      enrolled = ordered(enrolled);
    }

    boolean isFull() {
      return enrolled.size() >= plan.selectionCount();
    }

    Enrolling with(DeviceId device) {
      return new Enrolling(plan, deadline, deadlinePassed, base, plus(enrolled, device));
    }

    Enrolling without(DeviceId device) {
      return new Enrolling(plan, deadline, deadlinePassed, base, minus(enrolled, device));
    }

    Enrolling on(ModelDigest fixedBase) {
      return new Enrolling(plan, deadline, deadlinePassed, Optional.of(fixedBase), enrolled);
    }

    Enrolling pastDeadline() {
      return new Enrolling(plan, deadline, true, base, enrolled);
    }

    /** For a protocol that exchanges keys. */
    SharingKeys toSharingKeys(Instant at, ModelDigest fixedBase, Duration exchange) {
      return new SharingKeys(plan, fixedBase, at.plus(exchange), enrolled, Set.of());
    }

    /** For a protocol without keys. */
    Collecting toCollecting(Instant at, ModelDigest fixedBase) {
      return new Collecting(
          plan, fixedBase, at.plus(plan.reporting()), enrolled, Map.of(), Set.of());
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
      Set<DeviceId> cohort,
      Set<DeviceId> shared)
      implements Revocable {
    public SharingKeys {
      cohort = ordered(cohort);
      shared = ordered(shared);
    }

    SharingKeys with(DeviceId device) {
      return new SharingKeys(plan, base, deadline, cohort, plus(shared, device));
    }

    SharingKeys without(DeviceId device) {
      return new SharingKeys(plan, base, deadline, minus(cohort, device), minus(shared, device));
    }

    /** Only who shared keys may send an update. */
    Collecting toCollecting(Instant at) {
      return new Collecting(plan, base, at.plus(plan.reporting()), shared, Map.of(), Set.of());
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
      Set<DeviceId> cohort,
      Map<DeviceId, CountedUpload> counted,
      Set<DeviceId> dropped)
      implements Revocable {
    public Collecting {
      cohort = ordered(cohort);
      counted = ordered(counted);
      dropped = ordered(dropped);
    }

    /** How many devices may still report. */
    int awaitedCount() {
      return cohort.size() - counted.size() - dropped.size();
    }

    Collecting with(Iterable<CountedUpload> uploads) {
      var more = new LinkedHashMap<>(counted);
      uploads.forEach(upload -> more.put(upload.device(), upload));
      return new Collecting(plan, base, deadline, cohort, more, dropped);
    }

    Collecting without(DeviceId device) {
      return new Collecting(plan, base, deadline, cohort, counted, plus(dropped, device));
    }

    /** Freezes the survivors: nothing after this point changes whose updates are in the sum. */
    Unmasking toUnmasking(Instant at) {
      return new Unmasking(plan, base, plan.exchange().map(at::plus), counted);
    }
  }

  /**
   * Opening the sum of the survivors. Plain has nothing to open and passes through at once.
   *
   * @param deadline until when shares are awaited, empty for Plain
   * @param survivors frozen: whose updates are in the sum
   */
  record Unmasking(
      RoundPlan plan,
      ModelDigest base,
      Optional<Instant> deadline,
      Map<DeviceId, CountedUpload> survivors)
      implements Revocable {
    public Unmasking {
      survivors = ordered(survivors);
    }

    Optimizing toOptimizing() {
      return new Optimizing(plan, base, survivors);
    }
  }

  /** Computing the result from the sum. */
  record Optimizing(RoundPlan plan, ModelDigest base, Map<DeviceId, CountedUpload> survivors)
      implements Live {
    public Optimizing {
      survivors = ordered(survivors);
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
      survivors = ordered(survivors);
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
      survivors = ordered(survivors);
    }
  }

  /** Ended without a result and without anything learnt, for a reason that is nobody's defect. */
  record Abandoned(RoundPlan plan, AbandonReason because, String detail, Instant endedAt)
      implements Terminal {}

  /** Ended by a defect. */
  record Failed(RoundPlan plan, String cause, Instant endedAt) implements Terminal {}

  private static Set<DeviceId> ordered(Set<DeviceId> devices) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(devices));
  }

  private static Map<DeviceId, CountedUpload> ordered(Map<DeviceId, CountedUpload> uploads) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(uploads));
  }

  private static Set<DeviceId> plus(Set<DeviceId> devices, DeviceId device) {
    var more = new LinkedHashSet<>(devices);
    more.add(device);
    return more;
  }

  private static Set<DeviceId> minus(Set<DeviceId> devices, DeviceId device) {
    var fewer = new LinkedHashSet<>(devices);
    fewer.remove(device);
    return fewer;
  }
}
