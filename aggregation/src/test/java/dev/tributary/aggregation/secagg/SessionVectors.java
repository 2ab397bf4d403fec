package dev.tributary.aggregation.secagg;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.agreement.Offer;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes down all values of {@link VectorRound}s, for other languages. */
final class SessionVectors {

  private static final HexFormat HEX = HexFormat.of();
  private static final String ABOUT =
      "Whole rounds of secure aggregation: docs/protocol.md, section 'Secure aggregation'. Five"
          + " devices, 16 lanes, r = 11; the device at index 2 leaves before step `leavesBefore` (1"
          + " deals no shares, 2 sends no update, 3 does not confirm, 4 reveals nothing). Bytes are"
          + " hexadecimal. Certificates are opaque bytes: the key of each is `identityKey`. What"
          + " `signed...` names is the message of the signature that follows.";

  private final VectorRound round;
  private final SessionBytes layout;

  private SessionVectors(VectorRound round) {
    this.round = round;
    this.layout = new SessionBytes(round.terms);
  }

  static String json(CipherSuite suite, int... steps) throws Exception {
    List<Object> rounds = new ArrayList<>();
    for (int step : steps) {
      rounds.add(new SessionVectors(new VectorRound(suite, step)).round());
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("about", ABOUT);
    all.put("suite", suite.name());
    all.put("ringBits", VectorRound.RING_BITS);
    all.put("rounds", rounds);
    return text(all);
  }

  private static String text(Map<String, Object> all) throws IOException {
    return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(all) + "\n";
  }

  private Map<String, Object> round() {
    RosterAnswer roster = round.roster.answerFor(0);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("leavesBefore", round.leavesBefore);
    out.put("manifestDigest", HEX.formatHex(round.manifestDigest));
    out.put("session", hex(round.terms.session().bytes()));
    out.put("degree", round.roster.parameters().degree());
    out.put("threshold", round.roster.parameters().threshold());
    out.put("aliveFloor", round.roster.parameters().aliveFloor());
    out.put("confirmationQuorum", round.terms.confirmationQuorum(VectorRound.DEVICES));
    out.put("authorityKey", HEX.formatHex(round.authorityKeys.publicKey().toByteArray()));
    out.put("devices", IntStream.range(0, VectorRound.DEVICES).mapToObj(this::device).toList());
    out.put("rosterRoot", hex(roster.root()));
    out.put("signedRoster", HEX.formatHex(layout.signedRoster(VectorRound.DEVICES, roster.root())));
    out.put("rosterSignature", HEX.formatHex(roster.signature().toByteArray()));
    out.put(
        "graphOrder",
        IntStream.range(0, VectorRound.DEVICES)
            .map(
                round.terms.graph(round.roster.parameters(), roster.root()).permutation()::deviceAt)
            .boxed()
            .toList());
    out.put("survivors", hex(round.survivors.bitmap()));
    out.put("signedSurvivors", HEX.formatHex(layout.signedSurvivors(round.survivors)));
    out.put("recoveredMasks", round.recovered.stream().map(SessionVectors::mask).toList());
    out.put("sum", list(round.sum));
    return out;
  }

  private Map<String, Object> device(int index) {
    var device = round.device(index);
    KeyAdvertisement keys = round.advertised.at(round.roster.device(index)).advertisement();
    RosterAnswer roster = round.roster.answerFor(index);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("index", index);
    out.put("deviceId", round.roster.device(index).toString());
    out.put("identityKey", HEX.formatHex(device.keys().publicKey().toByteArray()));
    out.put("certificate", hex(keys.certificate()));
    out.put("channelSeed", HEX.formatHex(seed(index, 1)));
    out.put("maskSeed", HEX.formatHex(seed(index, 2)));
    out.put("channelKey", hex(keys.channelKey()));
    out.put("maskKey", hex(keys.maskKey()));
    out.put("signedKeys", HEX.formatHex(layout.signedKeys(keys.channelKey(), keys.maskKey())));
    out.put("keysSignature", HEX.formatHex(keys.signature().toByteArray()));
    out.put(
        "rosterLeaf",
        HEX.formatHex(SessionBytes.rosterLeaf(index, round.roster.device(index), keys)));
    out.put("neighbours", roster.neighbours().stream().map(RosterEntry::index).toList());
    out.put("rosterProof", roster.proof().stream().map(SessionVectors::hex).toList());
    if (round.dealt.containsKey(index)) {
      dealt(index, out);
    }
    if (round.masks.containsKey(index)) {
      out.put("masks", round.masks.at(index).stream().map(SessionVectors::mask).toList());
    }
    if (round.masked.containsKey(index)) {
      out.put("update", list(round.updates.at(index)));
      out.put("masked", list(round.masked.at(index)));
      out.put("packed", HEX.formatHex(VectorRound.packed(round.masked.at(index))));
      out.put("updateSignature", HEX.formatHex(round.updateSignatures.at(index).toByteArray()));
    }
    if (round.confirmations.containsKey(index)) {
      out.put("confirmation", HEX.formatHex(round.confirmations.at(index).toByteArray()));
    }
    if (round.revealed.containsKey(index)) {
      out.put("revealed", revealed(index));
    }
    return out;
  }

  private void dealt(int index, Map<String, Object> out) {
    SealedShares shares = round.dealt.at(index).shares();
    OpaqueBytes root = new EnvelopeTree(layout, shares.shares()).root();
    out.put("selfMaskSeed", HEX.formatHex(seed(index, 3)));
    out.put("selfMaskCommitment", hex(shares.selfMaskCommitment()));
    List<Object> all = new ArrayList<>();
    for (int rank = 0; rank < shares.shares().size(); rank++) {
      all.add(share(index, rank, shares.shares()));
    }
    out.put("shares", all);
    out.put("sharesRoot", hex(root));
    out.put(
        "signedShares",
        HEX.formatHex(layout.signedShares(index, shares.selfMaskCommitment(), root)));
    out.put("sharesSignature", HEX.formatHex(shares.signature().toByteArray()));
  }

  private Map<String, Object> share(int dealer, int rank, List<SealedShare> all) {
    SealedShare share = all.get(rank);
    int to = share.recipient();
    CipherSuite suite = round.terms.suite();
    OpaqueBytes fromKey = keys(dealer).channelKey();
    OpaqueBytes toKey = keys(to).channelKey();
    byte[] coins = round.random(dealer).drawn(2 * (all.size() - rank));
    Offer offer =
        AgreementKeyPair.of(suite, secret(seed(dealer, 1)))
            .offer(AgreementPublicKey.of(suite, toKey.toByteArray()), secret(coins));
    byte[] content =
        layout
            .boxKey(offer.secret(), dealer, to, fromKey, toKey)
            .open(layout.boxAssociatedData(dealer, to), share.envelope().box().toByteArray())
            .orElseThrow()
            .toByteArray(InsecureSecretAccess.get());
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("recipient", to);
    out.put("selfShare", HEX.formatHex(content, 0, 40));
    out.put("maskShare", HEX.formatHex(content, 40, 80));
    if (suite == CipherSuite.HYBRID) {
      out.put("channelCoins", HEX.formatHex(coins));
    }
    out.put("channelSecret", hex(offer.secret()));
    out.put("box", hex(share.envelope().box()));
    out.put("channelEncapsulation", hex(share.envelope().channelEncapsulation()));
    out.put("maskEncapsulation", hex(share.envelope().maskEncapsulation()));
    out.put("selfShareHash", hex(share.envelope().selfShareHash()));
    out.put("maskShareHash", hex(share.envelope().maskShareHash()));
    out.put("leaf", HEX.formatHex(layout.envelopeLeaf(to, share.envelope())));
    return out;
  }

  private List<Object> revealed(int index) {
    List<Object> out = new ArrayList<>();
    round
        .revealed
        .at(index)
        .answer()
        .shares()
        .forEach(
            share -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("dealer", share.index());
              one.put("kind", share.kind().name());
              one.put("share", hex(share.share()));
              out.add(one);
            });
    return out;
  }

  private KeyAdvertisement keys(int index) {
    return round.advertised.at(round.roster.device(index)).advertisement();
  }

  /** A device draws: identity, channel seed, mask seed, self-mask seed. */
  private byte[] seed(int index, int draw) {
    return round.random(index).drawnFirst(draw);
  }

  private static SecretBytes secret(byte[] bytes) {
    return SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
  }

  private static Map<String, Object> mask(Mask mask) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("sign", mask.sign().name());
    out.put("key", hex(mask.key()));
    return out;
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  private static String hex(SecretBytes bytes) {
    return HEX.formatHex(bytes.toByteArray(InsecureSecretAccess.get()));
  }

  private static String hex(OpaqueBytes bytes) {
    return HEX.formatHex(bytes.toByteArray());
  }
}
