package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.coordinator.UnrecoverableException;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * One session of a cohort, step by step, with devices that drop out where a test says so. Every
 * device is restarted from its encoding at each step.
 */
final class Run {

  final Cohort cohort;
  final SessionTerms terms;
  final int length;
  final Known<Integer, int[]> updates = new Known<>();
  final Known<DeviceId, KeysAdvertised> advertised = new Known<>();
  final Known<Integer, SharesDealt> dealt = new Known<>();
  final Known<Integer, MasksAgreed> agreed = new Known<>();
  final Known<Integer, UpdateSent> sent = new Known<>();
  final Known<Integer, SharesRevealed> revealed = new Known<>();
  final KeyCollection keys;
  Roster roster;
  ShareRelay relay;
  SurvivorSet survivors;
  UnmaskRequest request;
  UnmaskCollection unmasking;
  int[] sum;

  /** What a dealer sends in place of what it would. */
  BiFunction<Integer, SealedShares, SealedShares> tampering = (dealer, shares) -> shares;

  // the rest comes with the steps
  @SuppressWarnings("NullAway.Init")
  Run(Cohort cohort, SessionTerms terms, int length) {
    this.cohort = cohort;
    this.terms = terms;
    this.length = length;
    this.keys = new KeyCollection(terms, cohort.authority);
    this.sum = new int[length];
  }

  void advertise(Predicate<DeviceId> present) throws Exception {
    for (var entry : cohort.devices.entrySet()) {
      if (present.test(entry.getKey())) {
        KeysAdvertised step = KeysAdvertised.begin(terms, entry.getValue(), cohort.random);
        keys.add(entry.getKey(), step.advertisement());
        advertised.put(entry.getKey(), restarted(step, KeysAdvertised.class));
      }
    }
    roster = keys.close(cohort::signRoster);
    relay = new ShareRelay(roster);
  }

  void deal(Predicate<Integer> present) throws Exception {
    for (int index = 0; index < roster.size(); index++) {
      if (present.test(index)) {
        SharesDealt step =
            advertised
                .at(roster.device(index))
                .deal(roster.answerFor(index), device(index), cohort.random);
        relay.add(index, tampering.apply(index, step.shares()));
        dealt.put(index, restarted(step, SharesDealt.class));
      }
    }
    relay.close();
  }

  void send(Predicate<Integer> present) throws Exception {
    for (int index : dealt.keySet()) {
      MasksAgreed step =
          restarted(dealt.at(index).agree(relay.inboxFor(index), device(index)), MasksAgreed.class);
      agreed.put(index, step);
      if (present.test(index)) {
        int[] update = cohort.random.ints(length, 0, 1 << 16).toArray();
        updates.put(index, update);
        int[] masked = update.clone();
        new MaskAdder(1).apply(step.masks(), masked);
        for (int i = 0; i < length; i++) {
          sum[i] += masked[i];
        }
        sent.put(index, restarted(step.sent(), UpdateSent.class));
      }
    }
    survivors = SurvivorSet.of(roster.size(), sent::containsKey);
    request = UnmaskRequest.of(survivors);
  }

  void confirm(Predicate<Integer> present) throws Exception {
    var collection = new ConfirmationCollection(roster, survivors);
    for (int index : List.copyOf(sent.keySet())) {
      if (present.test(index)) {
        UpdateSent step =
            restarted(sent.at(index).confirm(SurvivorsAnnounced.of(survivors)), UpdateSent.class);
        sent.put(index, step);
        collection.add(index, step.confirmation(device(index)));
      }
    }
    request = collection.request();
  }

  void reveal(Predicate<Integer> present) throws Exception {
    unmasking = new UnmaskCollection(relay, survivors);
    for (int index : sent.keySet()) {
      if (present.test(index)) {
        SharesRevealed step =
            restarted(sent.at(index).reveal(request, device(index)), SharesRevealed.class);
        revealed.put(index, step);
        addAnswer(index, step);
      }
    }
  }

  private void addAnswer(int index, SharesRevealed step) throws RejectedException {
    unmasking.add(index, step.answer());
  }

  /** The sum without its masks. */
  int[] open() throws UnrecoverableException, InterruptedException {
    List<Mask> masks = new ArrayList<>(new MaskRecovery(unmasking).recoverAll());
    int[] opened = sum.clone();
    new MaskAdder(2).apply(masks, opened);
    return opened;
  }

  int[] expected() {
    int[] expected = new int[length];
    survivors
        .indices()
        .forEach(
            index -> {
              for (int i = 0; i < length; i++) {
                expected[i] += updates.at(index)[i];
              }
            });
    return expected;
  }

  SessionDevice device(int index) {
    return cohort.devices.at(roster.device(index));
  }

  <T extends DeviceStep> T restarted(T step, Class<T> kind) {
    return kind.cast(DeviceStep.decode(terms, step.encode()));
  }
}
