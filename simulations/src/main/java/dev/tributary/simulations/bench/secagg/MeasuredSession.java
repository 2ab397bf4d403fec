package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.Sha256;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A session of all devices, R0 to R4, by the protocol's own code on both sides; only the masking of
 * whole updates is left to the sample, because that of a thousand devices is hundreds of gigabytes
 * of keystream. Messages of devices travel encoded. The sample comes last at each step, alone and
 * with everything compiled, and verifies every certificate.
 */
final class MeasuredSession {

  private final Size size;
  private final EnrolledDevices enrolled;
  private final Crew crew;
  private final CpuLedger ledger;
  private final SecureRandom random = new SecureRandom();
  private final SessionTerms terms;
  private final QuantizationParameters quantization;
  private final RoundProtocol protocol = RoundProtocol.of(ProtocolKind.SECAGG_PLUS);
  private final List<BenchDevice> devices = new ArrayList<>();
  private final IntPredicate sampled;
  private final Roster roster;
  private final ShareRelay relay;
  private final SurvivorSet survivors;

  /** R0: everyone advertises, and the roster closes. */
  MeasuredSession(Size size, EnrolledDevices enrolled, int sample, Crew crew, CpuLedger ledger)
      throws Exception {
    this.size = size;
    this.enrolled = enrolled;
    this.crew = crew;
    this.ledger = ledger;
    this.terms = SessionTerms.of(size.manifest());
    this.quantization = size.quantization();
    this.survivors = SurvivorSet.of(size.devices(), index -> !size.dropsOut(index));
    int[] alive = survivors.indices().toArray();
    int firstSampled = alive[Math.max(0, alive.length - sample)];
    this.sampled = index -> index >= firstSampled && survivors.contains(index);
    for (SessionDevice identity : enrolled.byId().values()) {
      devices.add(new BenchDevice(sampled.test(devices.size()) ? thorough(identity) : identity));
    }
    KeyCollection keys = new KeyCollection(terms, enrolled.strangers());
    each(index -> true, this::advertise);
    for (BenchDevice device : devices) {
      byte[] message = BenchDevice.in(device.advertised).advertisement().encode();
      device.bytesUp += message.length;
      DeviceId id = DeviceId.of(device.identity.keys().publicKey());
      ledger.coordinator("keys", () -> keys.add(id, KeyAdvertisement.decode(message)));
    }
    this.roster = ledger.coordinator("roster", () -> keys.close(enrolled::signRoster));
    this.relay = new ShareRelay(roster);
  }

  private SessionDevice thorough(SessionDevice identity) {
    return new SessionDevice(
        identity.keys(), identity.certificate(), enrolled.strangers(), identity.floors());
  }

  /** One device's step. */
  private interface Step {
    void of(int index, BenchDevice device) throws Exception;
  }

  /** Everyone but the sample side by side, then the sample one after the other. */
  private void each(IntPredicate which, Step step) throws Exception {
    List<Callable<Integer>> work = new ArrayList<>();
    for (int index = 0; index < devices.size(); index++) {
      int each = index;
      if (which.test(index) && !sampled.test(index)) {
        work.add(
            () -> {
              step.of(each, devices.get(each));
              return each;
            });
      }
    }
    crew.all(work);
    for (int index = 0; index < devices.size(); index++) {
      if (which.test(index) && sampled.test(index)) {
        step.of(index, devices.get(index));
      }
    }
  }

  /** A step of a device, measured when it belongs to the sample. */
  private <T> T measured(String step, int index, CpuLedger.Work<T> work) throws Exception {
    return sampled.test(index) ? ledger.device(step, work) : work.run();
  }

  private void advertise(int index, BenchDevice device) throws Exception {
    device.advertised =
        measured("advertise", index, () -> KeysAdvertised.begin(terms, device.identity, random));
  }

  /** R1: everyone deals. */
  void deal() throws Exception {
    each(index -> true, this::deal);
    relay.close();
  }

  private void deal(int index, BenchDevice device) throws Exception {
    RosterAnswer answer = ledger.coordinator("roster", () -> roster.answerFor(index));
    byte[] told = ledger.coordinator("roster", answer::encode);
    device.bytesDown += told.length;
    SharesDealt dealt =
        measured(
            "deal",
            index,
            () ->
                BenchDevice.in(device.advertised)
                    .deal(
                        sampled.test(index) ? RosterAnswer.decode(told) : answer,
                        device.identity,
                        random));
    device.advertised = null;
    device.dealt = dealt;
    byte[] message = dealt.shares().encode();
    device.bytesUp += message.length;
    SealedShares shares = ledger.coordinator("shares", () -> SealedShares.decode(message));
    synchronized (relay) {
      ledger.coordinator("shares", () -> relay.add(index, shares));
    }
  }

  /** R2, keys: everyone that stays agrees on its masks. */
  void agree() throws Exception {
    each(survivors::contains, this::agree);
    devices.forEach(device -> device.dealt = null);
  }

  private void agree(int index, BenchDevice device) throws Exception {
    ShareInbox inbox = ledger.coordinator("inbox", () -> relay.inboxFor(index));
    byte[] told = ledger.coordinator("inbox", inbox::encode);
    device.bytesDown += told.length;
    MasksAgreed agreed =
        measured(
            "agree",
            index,
            () ->
                BenchDevice.in(device.dealt)
                    .agree(sampled.test(index) ? ShareInbox.decode(told) : inbox, device.identity));
    device.agreed = agreed;
    int at = 1; // behind the device's own mask, in the order of the inbox
    for (ReceivedShare received : inbox.shares()) {
      device.pairwise.put(received.sender(), agreed.masks().get(at++));
    }
  }

  /**
   * R2, updates: the sample masks whole updates, each device of it once. The first is the first
   * that this process ever masks.
   *
   * @return the masked update of the last, the bytes of every other
   */
  MaskedUpdate mask() throws Exception {
    List<MaskedUpdate> last = new ArrayList<>();
    List<Integer> order = new ArrayList<>(sample().boxed().toList());
    for (int index : order) {
      BenchDevice device = devices.get(index);
      int[] lanes = new int[size.dimension()];
      addUpdate(index, lanes);
      List<Mask> masks = BenchDevice.in(device.agreed).masks();
      CpuLedger.Work<MaskedUpdate> work =
          () -> protocol.masker(quantization, masks).mask(new QuantizedUpdate(quantization, lanes));
      boolean cold = last.isEmpty();
      MaskedUpdate update = ledger.device(cold ? "maskCold" : "mask", work);
      device.bytesUp += update.packed().length;
      ledger.device(
          cold ? "signCold" : "sign",
          () -> BenchDevice.in(device.agreed).sign(Sha256.of(update.packed()), device.identity));
      last.clear();
      last.add(update);
    }
    return last.getFirst();
  }

  static void addUpdate(int index, int[] lanes) {
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] += Size.lane(index, lane);
    }
  }

  /** The masked updates are on their way: masks are forgotten. */
  void sent() {
    for (BenchDevice device : devices) {
      if (device.agreed != null) {
        device.sent = device.agreed.sent();
        device.agreed = null;
        device.pairwise.clear();
      }
    }
  }

  /** R3, if it is asked for, and R4: everyone that stays reveals its shares. */
  UnmaskCollection reveal() throws Exception {
    UnmaskRequest request = size.confirmation() ? confirmed() : UnmaskRequest.of(survivors);
    byte[] told = ledger.coordinator("unmaskRequest", request::encode);
    UnmaskCollection collection = new UnmaskCollection(relay, survivors);
    each(
        survivors::contains,
        (index, device) -> {
          device.bytesDown += told.length;
          SharesRevealed revealed =
              measured(
                  "reveal",
                  index,
                  () ->
                      BenchDevice.in(device.sent)
                          .reveal(
                              sampled.test(index) ? UnmaskRequest.decode(told) : request,
                              device.identity));
          device.sent = null;
          byte[] message = revealed.answer().encode();
          revealed.destroy();
          device.bytesUp += message.length;
          UnmaskAnswer answer = ledger.coordinator("collect", () -> UnmaskAnswer.decode(message));
          synchronized (collection) {
            ledger.coordinator("collect", () -> collection.add(index, answer));
          }
        });
    return collection;
  }

  private UnmaskRequest confirmed() throws Exception {
    ConfirmationCollection collection = new ConfirmationCollection(roster, survivors);
    SurvivorsAnnounced announced = SurvivorsAnnounced.of(survivors);
    int length = announced.encode().length;
    each(
        survivors::contains,
        (index, device) -> {
          device.bytesDown += length;
          UpdateSent sent =
              measured("confirm", index, () -> BenchDevice.in(device.sent).confirm(announced));
          device.sent = sent;
          SurvivorsConfirmed confirmed =
              measured("confirmSign", index, () -> sent.confirmation(device.identity));
          device.bytesUp += confirmed.encode().length;
          synchronized (collection) {
            ledger.coordinator("confirm", () -> collection.add(index, confirmed));
          }
        });
    return ledger.coordinator("unmaskRequest", collection::request);
  }

  SurvivorSet survivors() {
    return survivors;
  }

  Roster roster() {
    return roster;
  }

  BenchDevice device(int index) {
    return devices.get(index);
  }

  IntStream sample() {
    return IntStream.range(0, devices.size()).filter(sampled);
  }

  /** Of the sample. */
  long meanBytesUp() {
    return (long) sample().mapToLong(index -> devices.get(index).bytesUp).average().orElseThrow();
  }

  /** Of the sample. */
  long meanBytesDown() {
    return (long) sample().mapToLong(index -> devices.get(index).bytesDown).average().orElseThrow();
  }

  Map<Integer, Mask> pairwiseMasksOf(int index) {
    return devices.get(index).pairwise;
  }
}
