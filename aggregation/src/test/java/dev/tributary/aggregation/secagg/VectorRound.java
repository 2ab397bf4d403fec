package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One round of five devices with fixed seeds, one of which leaves before a step; none at 5. */
final class VectorRound {

  static final int DEVICES = 5;
  static final int LENGTH = 16;
  static final int RING_BITS = 11;
  static final int LEAVING = 2;

  final SessionTerms terms;
  final byte[] manifestDigest = new byte[32];
  final int leavesBefore;
  final DeviceKeyPair authorityKeys = DeviceKeyPair.generate(new FixedRandom("authority"));
  final Known<DeviceId, SessionDevice> devices = new Known<>();
  final Known<DeviceId, FixedRandom> randoms = new Known<>();
  final Known<DeviceId, KeysAdvertised> advertised = new Known<>();
  final Known<Integer, SharesDealt> dealt = new Known<>();
  final Known<Integer, List<Mask>> masks = new Known<>();
  final Known<Integer, int[]> updates = new Known<>();
  final Known<Integer, int[]> masked = new Known<>();
  final Known<Integer, DeviceSignature> updateSignatures = new Known<>();
  final Known<Integer, UpdateSent> sent = new Known<>();
  final Known<Integer, DeviceSignature> confirmations = new Known<>();
  final Known<Integer, SharesRevealed> revealed = new Known<>();
  final SurvivorSet survivors;
  final Roster roster;
  final List<Mask> recovered;
  final int[] sum = new int[LENGTH];

  private final Map<OpaqueBytes, DevicePublicKey> certified = new HashMap<>();

  VectorRound(CipherSuite suite, int leavesBefore) throws Exception {
    this.leavesBefore = leavesBefore;
    manifestDigest[0] = (byte) suite.number();
    manifestDigest[1] = (byte) leavesBefore;
    terms =
        new SessionTerms(
            SessionId.ofManifestDigest(manifestDigest),
            new SecureAggregationParameters(
                suite, Adversary.ACTIVE, 500, 2000, 40, 30, 4, true, 0, 1));
    enrol();
    var keys = new KeyCollection(terms, authority());
    for (var entry : devices.entrySet()) {
      var step = KeysAdvertised.begin(terms, entry.getValue(), randoms.at(entry.getKey()));
      keys.add(entry.getKey(), step.advertisement());
      advertised.put(entry.getKey(), step);
    }
    roster = keys.close(authorityKeys::sign);
    var relay = new ShareRelay(roster);
    for (int i = 0; i < DEVICES; i++) {
      if (takes(i, 1)) {
        DeviceId id = roster.device(i);
        var step = advertised.at(id).deal(roster.answerFor(i), devices.at(id), randoms.at(id));
        relay.add(i, step.shares());
        dealt.put(i, step);
      }
    }
    relay.close();
    for (int i : dealt.keySet()) {
      send(i, dealtCopy(i).agree(relay.inboxFor(i), device(i)));
    }
    survivors = SurvivorSet.of(DEVICES, sent::containsKey);
    var confirming = new ConfirmationCollection(roster, survivors);
    for (int i : List.copyOf(sent.keySet())) {
      if (takes(i, 3)) {
        UpdateSent step = sent.at(i).confirm(SurvivorsAnnounced.of(survivors));
        sent.put(i, step);
        confirmations.put(i, step.confirmation(device(i)).signature());
        confirming.add(i, step.confirmation(device(i)));
      }
    }
    var unmasking = new UnmaskCollection(relay, survivors);
    for (int i : confirmations.keySet()) {
      if (takes(i, 4)) {
        revealed.put(i, sent.at(i).reveal(confirming.request(), device(i)));
        unmasking.add(i, revealed.at(i).answer());
      }
    }
    recovered = new MaskRecovery(unmasking).recoverAll();
    masked.values().forEach(vector -> add(sum, vector));
    new MaskAdder(1).apply(recovered, sum);
    reduce(sum);
  }

  boolean takes(int index, int step) {
    return index != LEAVING || step < leavesBefore;
  }

  SessionDevice device(int index) {
    return devices.at(roster.device(index));
  }

  FixedRandom random(int index) {
    return randoms.at(roster.device(index));
  }

  /** Residue j in the bits from 11 j on, the least significant first. */
  static byte[] packed(int[] residues) {
    byte[] packed = new byte[(residues.length * RING_BITS + 7) / 8];
    for (int bit = 0; bit < residues.length * RING_BITS; bit++) {
      int value = residues[bit / RING_BITS] >> bit % RING_BITS & 1;
      packed[bit / 8] |= (byte) (value << bit % 8);
    }
    return packed;
  }

  static void reduce(int[] lanes) {
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] &= (1 << RING_BITS) - 1;
    }
  }

  static void add(int[] lanes, int[] more) {
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] += more[i];
    }
  }

  /** The step as it was, for the secrets of the one that goes on are destroyed. */
  private SharesDealt dealtCopy(int index) {
    return (SharesDealt) DeviceStep.decode(terms, dealt.at(index).encode());
  }

  private void send(int index, MasksAgreed step) throws Exception {
    List<Mask> copies = new ArrayList<>();
    step.masks()
        .forEach(
            mask ->
                copies.add(
                    new Mask(
                        mask.key()
                            .lend(
                                InsecureSecretAccess.get(),
                                bytes -> SecretBytes.copyOf(bytes, InsecureSecretAccess.get())),
                        mask.sign())));
    masks.put(index, copies);
    if (!takes(index, 2)) {
      return;
    }
    int[] update = new int[LENGTH];
    for (int j = 0; j < LENGTH; j++) {
      update[j] = (37 * index + 11 * j) % 256;
    }
    updates.put(index, update);
    int[] vector = update.clone();
    new MaskAdder(1).apply(step.masks(), vector);
    reduce(vector);
    masked.put(index, vector);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(packed(vector));
    updateSignatures.put(index, step.sign(digest, device(index)));
    sent.put(index, step.sent());
  }

  private void enrol() {
    for (int i = 0; i < DEVICES; i++) {
      var random = new FixedRandom("device " + i + " " + terms.session());
      DeviceKeyPair keys = DeviceKeyPair.generate(random);
      DeviceId id = DeviceId.of(keys.publicKey());
      OpaqueBytes certificate =
          OpaqueBytes.of(("certificate of " + id).getBytes(StandardCharsets.US_ASCII));
      certified.put(certificate, keys.publicKey());
      devices.put(id, new SessionDevice(keys, certificate, authority(), DeviceFloors.standard()));
      randoms.put(id, random);
    }
  }

  private Authority authority() {
    return new Authority() {
      @Override
      public DevicePublicKey rosterKey() {
        return authorityKeys.publicKey();
      }

      @Override
      public Optional<DevicePublicKey> certifiedKey(OpaqueBytes certificate) {
        return Optional.ofNullable(certified.get(certificate));
      }
    };
  }
}
