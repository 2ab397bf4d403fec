package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R0 and R1 against a coordinator that cheats about who takes part. The device is at place 0. */
class RosterAttacksTest {

  private static final int SIZE = 6;
  private final Cohort cohort = new Cohort(SIZE);
  private final SessionTerms terms = Cohort.terms(CipherSuite.CLASSIC, 3, 0, true);
  private final Run run = new Run(cohort, terms, 1);

  @BeforeEach
  void advertise() throws Exception {
    run.advertise(id -> true);
  }

  @Test
  void honestRoster_isTaken() throws Exception {
    assertThat(step(0).deal(forged(entries()).answer(0), run.device(0), cohort.random).devices())
        .isEqualTo(SIZE);
  }

  @Test
  void otherAuthority_isRefused() {
    DeviceKeyPair other = DeviceKeyPair.generate(cohort.random);
    refused(
        RefusalReason.ROSTER_NOT_SIGNED, new ForgedRoster(terms, entries(), other::sign).answer(0));
  }

  @Test
  void otherSize_isRefused() {
    refused(
        RefusalReason.ROSTER_NOT_SIGNED,
        changed(
            a ->
                new RosterAnswer(
                    a.size() + 1, a.root(), a.signature(), 0, a.neighbours(), a.proof())));
  }

  @Test
  void otherRoot_isRefused() {
    refused(
        RefusalReason.ROSTER_NOT_SIGNED,
        changed(
            a -> new RosterAnswer(a.size(), hash(1), a.signature(), 0, a.neighbours(), a.proof())));
  }

  @Test
  void rosterOfAnotherSession_isRefused() {
    SessionTerms other = Cohort.terms(CipherSuite.CLASSIC, 3, 0, true, (byte) 8);
    refused(
        RefusalReason.ROSTER_NOT_SIGNED,
        new ForgedRoster(other, entries(), cohort::signRoster).answer(0));
  }

  /** Two halves of a cohort with different models are in different sessions. */
  @Test
  void keysOfADeviceWithAnotherModel_areRefused() throws Exception {
    SessionTerms other = Cohort.terms(CipherSuite.CLASSIC, 3, 0, true, (byte) 8);
    List<ForgedRoster.Entry> entries = entries();
    for (int i = SIZE / 2; i < SIZE; i++) {
      KeyAdvertisement keys =
          KeysAdvertised.begin(other, run.device(i), cohort.random).advertisement();
      entries.set(i, new ForgedRoster.Entry(run.roster.device(i), keys));
    }
    refused(RefusalReason.KEYS_NOT_SIGNED, forged(entries).answer(0));
    var collection = new KeyCollection(terms, cohort.authority);
    assertThatThrownBy(
            () -> collection.add(run.roster.device(SIZE - 1), entries.get(SIZE - 1).keys()))
        .hasMessageContaining("for this session");
  }

  @Test
  void inventedDevice_isRefused() throws Exception {
    DeviceKeyPair keys = DeviceKeyPair.generate(cohort.random);
    SessionDevice invented =
        new SessionDevice(
            keys, OpaqueBytes.of(new byte[] {1}), cohort.authority, DeviceFloors.standard());
    List<ForgedRoster.Entry> entries = entries();
    entries.set(
        3,
        new ForgedRoster.Entry(
            DeviceId.of(keys.publicKey()),
            KeysAdvertised.begin(terms, invented, cohort.random).advertisement()));
    refused(RefusalReason.DEVICE_NOT_CERTIFIED, forged(entries).answer(0));
  }

  /** One certified device that obeys the coordinator, with fresh keys at every place. */
  @Test
  void oneDeviceAtManyPlaces_isRefused() throws Exception {
    SessionDevice corrupt = run.device(SIZE - 1);
    List<ForgedRoster.Entry> entries = entries();
    for (int i = 1; i < SIZE; i++) {
      entries.set(
          i,
          new ForgedRoster.Entry(
              run.roster.device(SIZE - 1),
              KeysAdvertised.begin(terms, corrupt, cohort.random).advertisement()));
    }
    refused(RefusalReason.DEVICES_REPEATED, forged(entries).answer(0));
  }

  @Test
  void devicesInAnotherOrder_areRefused() {
    List<ForgedRoster.Entry> entries = entries();
    ForgedRoster.Entry second = entries.get(2);
    entries.set(2, entries.get(4));
    entries.set(4, second);
    refused(RefusalReason.DEVICES_REPEATED, forged(entries).answer(0));
  }

  @Test
  void swappedKeys_areRefused() {
    refused(
        RefusalReason.KEYS_NOT_SIGNED,
        withKeys(
            2, k -> advertised(k, /* channelKey= */ k.maskKey(), /* maskKey= */ k.channelKey())));
  }

  @Test
  void keysOfTheCoordinator_areRefused() {
    OpaqueBytes own =
        OpaqueBytes.of(
            AgreementKeyPair.generate(CipherSuite.CLASSIC, cohort.random)
                .publicKey()
                .toByteArray());
    refused(RefusalReason.KEYS_NOT_SIGNED, withKeys(2, k -> advertised(k, k.channelKey(), own)));
  }

  @Test
  void signedSmallOrderKey_isRefused() {
    refused(
        RefusalReason.KEYS_NOT_SIGNED,
        withKeys(2, k -> signed(2, k.channelKey(), OpaqueBytes.of(new byte[32]))));
  }

  @Test
  void signedKeysOfTheOtherSuite_areRefused() {
    AgreementKeyPair one = AgreementKeyPair.generate(CipherSuite.HYBRID, cohort.random);
    AgreementKeyPair two = AgreementKeyPair.generate(CipherSuite.HYBRID, cohort.random);
    refused(
        RefusalReason.KEYS_NOT_SIGNED,
        withKeys(
            2,
            k ->
                signed(
                    2,
                    OpaqueBytes.of(one.publicKey().toByteArray()),
                    OpaqueBytes.of(two.publicKey().toByteArray()))));
  }

  @Test
  void keyOfTheDeviceItself_isRefused() {
    OpaqueBytes own = step(0).advertisement().maskKey();
    refused(RefusalReason.KEYS_REPEATED, withKeys(2, k -> signed(2, k.channelKey(), own)));
  }

  @Test
  void sameKeyOfTwoNeighbours_isRefused() {
    OpaqueBytes third = entries().get(3).keys().channelKey();
    refused(RefusalReason.KEYS_REPEATED, withKeys(2, k -> signed(2, third, k.maskKey())));
  }

  @Test
  void otherKeysOfTheDeviceItself_areNotProven() {
    refused(
        RefusalReason.ROSTER_NOT_PROVEN,
        forged(
                changed(
                    0,
                    k -> signed(0, /* channelKey= */ k.maskKey(), /* maskKey= */ k.channelKey())))
            .answer(0));
  }

  @Test
  void neighbourThatDoesNotStandInTheRoster_isRefused() {
    KeyAdvertisement keys = signed(2, fresh(), fresh());
    refused(
        RefusalReason.ROSTER_NOT_PROVEN,
        changed(
            a -> {
              List<RosterEntry> neighbours = new ArrayList<>(a.neighbours());
              neighbours.set(1, new RosterEntry(2, keys));
              return new RosterAnswer(a.size(), a.root(), a.signature(), 0, neighbours, a.proof());
            }));
  }

  @Test
  void otherPlaceOfTheDeviceItself_isRefused() {
    refused(RefusalReason.KEYS_REPEATED, forged(entries()).answer(1));
  }

  @Test
  void fewerNeighbours_areRefused() {
    refused(RefusalReason.NEIGHBOURS_WRONG, forged(entries()).answer(0, new int[] {1, 2, 3, 4}));
  }

  @Test
  void graphThatIsNotFromTheRoster_isRefused() throws Exception {
    var large = new Run(new Cohort(80), Cohort.terms(CipherSuite.CLASSIC, 3, 500, true), 1);
    large.advertise(id -> true);
    RosterAnswer honest = large.roster.answerFor(0);
    List<ForgedRoster.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      DeviceId id = large.roster.device(i);
      entries.add(new ForgedRoster.Entry(id, large.advertised.at(id).advertisement()));
    }
    int[] neighbours = honest.neighbours().stream().mapToInt(RosterEntry::index).toArray();
    assertThat(neighbours.length).isLessThan(79);
    int last = neighbours.length - 1;
    neighbours[last] = neighbours[last] == 79 ? free(neighbours) : 79;
    Arrays.sort(neighbours);
    RosterAnswer forged =
        new ForgedRoster(large.terms, entries, large.cohort::signRoster).answer(0, neighbours);
    assertRefused(
        RefusalReason.NEIGHBOURS_WRONG,
        () ->
            large
                .advertised
                .at(large.roster.device(0))
                .deal(forged, large.device(0), large.cohort.random));
  }

  @Test
  void termsBelowTheFloors_areRefused() {
    weak(parameters(Adversary.SEMI_HONEST, 500, 40, 3, true));
    weak(parameters(Adversary.ACTIVE, 0, 40, 3, true));
    weak(parameters(Adversary.ACTIVE, 500, 40, SIZE + 1, true));
  }

  @Test
  void termsWithoutConfirmation_areRefusedAtOnce() {
    SessionTerms weak =
        new SessionTerms(terms.session(), parameters(Adversary.ACTIVE, 500, 40, 3, false));
    assertRefused(
        RefusalReason.WEAK_TERMS, () -> KeysAdvertised.begin(weak, run.device(0), cohort.random));
  }

  @Test
  void fewerSurvivorsThanTheDeviceAsksFor_areRefusedAtOnce() {
    SessionDevice device = run.device(0);
    SessionDevice cautious =
        new SessionDevice(
            device.keys(),
            device.certificate(),
            cohort.authority,
            new DeviceFloors(4, Adversary.ACTIVE, 50_000, 40));
    assertRefused(
        RefusalReason.WEAK_TERMS, () -> KeysAdvertised.begin(terms, cautious, cohort.random));
  }

  @Test
  void fewerSecurityBitsThanTheDeviceAsksFor_areRefused() throws Exception {
    SessionTerms weak =
        new SessionTerms(terms.session(), parameters(Adversary.ACTIVE, 500, 20, 3, true));
    var large = new Run(new Cohort(400), weak, 1);
    large.advertise(id -> true);
    assertRefused(
        RefusalReason.WEAK_TERMS,
        () ->
            large
                .advertised
                .at(large.roster.device(0))
                .deal(large.roster.answerFor(0), large.device(0), large.cohort.random));
  }

  private void weak(SecureAggregationParameters parameters) {
    SessionTerms weak = new SessionTerms(terms.session(), parameters);
    ForgedRoster roster = new ForgedRoster(weak, entries(), cohort::signRoster);
    assertRefused(
        RefusalReason.WEAK_TERMS,
        () ->
            KeysAdvertised.begin(weak, run.device(0), cohort.random)
                .deal(roster.answer(0), run.device(0), cohort.random));
  }

  private static SecureAggregationParameters parameters(
      Adversary adversary, int corrupt, int sigma, int survivors, boolean confirmation) {
    return new SecureAggregationParameters(
        CipherSuite.CLASSIC, adversary, corrupt, 0, sigma, 30, survivors, confirmation, 0, 1);
  }

  private static int free(int[] taken) {
    int candidate = 1;
    while (Arrays.binarySearch(taken, candidate) >= 0) {
      candidate++;
    }
    return candidate;
  }

  private RosterAnswer withKeys(int place, UnaryOperator<KeyAdvertisement> change) {
    return forged(changed(place, change)).answer(0);
  }

  private List<ForgedRoster.Entry> changed(int place, UnaryOperator<KeyAdvertisement> change) {
    List<ForgedRoster.Entry> entries = entries();
    ForgedRoster.Entry old = entries.get(place);
    entries.set(place, new ForgedRoster.Entry(old.device(), change.apply(old.keys())));
    return entries;
  }

  private RosterAnswer changed(UnaryOperator<RosterAnswer> change) {
    return change.apply(run.roster.answerFor(0));
  }

  private KeyAdvertisement signed(int place, OpaqueBytes channelKey, OpaqueBytes maskKey) {
    SessionDevice device = run.device(place);
    return new KeyAdvertisement(
        device.certificate(),
        channelKey,
        maskKey,
        device.keys().sign(new SessionBytes(terms).signedKeys(channelKey, maskKey)));
  }

  private static KeyAdvertisement advertised(
      KeyAdvertisement old, OpaqueBytes channelKey, OpaqueBytes maskKey) {
    return new KeyAdvertisement(old.certificate(), channelKey, maskKey, old.signature());
  }

  private OpaqueBytes fresh() {
    return OpaqueBytes.of(
        AgreementKeyPair.generate(CipherSuite.CLASSIC, cohort.random).publicKey().toByteArray());
  }

  private static OpaqueBytes hash(int first) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) first;
    return OpaqueBytes.of(bytes);
  }

  private ForgedRoster forged(List<ForgedRoster.Entry> entries) {
    return new ForgedRoster(terms, entries, cohort::signRoster);
  }

  private List<ForgedRoster.Entry> entries() {
    List<ForgedRoster.Entry> entries = new ArrayList<>();
    run.advertised.forEach(
        (id, step) -> entries.add(new ForgedRoster.Entry(id, step.advertisement())));
    return entries;
  }

  private KeysAdvertised step(int index) {
    return run.advertised.at(run.roster.device(index));
  }

  private void refused(RefusalReason reason, RosterAnswer answer) {
    assertRefused(reason, () -> step(0).deal(answer, run.device(0), cohort.random));
  }

  private static void assertRefused(RefusalReason reason, ThrowingCallable call) {
    Refusals.assertRefused(reason, call);
  }
}
