package dev.tributary.aggregation.protocol;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.arbitraries.IntegerArbitrary;

/** All valid messages of secure aggregation, with few entries. */
final class ValidSecAggMessages {

  private static final int MAXIMUM_ENTRIES = 6;

  private ValidSecAggMessages() {}

  static Arbitrary<Credentials> credentials() {
    return Combinators.combine(
            opaques(1, SecAggRules.MAXIMUM_CERTIFICATE_BYTES),
            opaques(Credentials.AUTHORITY_KEY_BYTES),
            opaques(Credentials.AUTHORITY_PQ_KEY_BYTES).optional(),
            opaques(1, SecAggRules.MAXIMUM_CERTIFICATE_BYTES).optional())
        .as(Credentials::new);
  }

  static Arbitrary<SecureAggregationParameters> secureAggregationParameters() {
    Arbitrary<int[]> shards = between(1, 1 << 20).flatMap(ValidSecAggMessages::shards);
    Arbitrary<int[]> fractions =
        Combinators.combine(between(0, 5000), between(0, 9000)).as((a, b) -> new int[] {a, b});
    return Combinators.combine(
            Arbitraries.of(CipherSuite.class),
            Arbitraries.of(Adversary.class),
            fractions,
            between(20, 80),
            between(10, 80),
            between(2, 1 << 20),
            Arbitraries.of(true, false),
            shards)
        .as(
            (suite, adversary, fraction, sigma, eta, survivors, confirmation, shard) ->
                new SecureAggregationParameters(
                    suite,
                    adversary,
                    fraction[0],
                    fraction[1],
                    sigma,
                    eta,
                    survivors,
                    confirmation,
                    shard[0],
                    shard[1]));
  }

  static Arbitrary<KeyAdvertisement> keyAdvertisements() {
    return Combinators.combine(Arbitraries.of(CipherSuite.class), seeds())
        .as(ValidSecAggMessages::keyAdvertisement);
  }

  static Arbitrary<RosterAnswer> rosterAnswers() {
    return between(2, 1 << 20)
        .flatMap(
            size ->
                Combinators.combine(
                        between(0, size - 1),
                        Arbitraries.of(CipherSuite.class),
                        indices(size - 1),
                        proofs(),
                        seeds())
                    .as(
                        (own, suite, others, proof, seed) ->
                            new RosterAnswer(
                                size,
                                opaque(32, seed),
                                signature(seed),
                                own,
                                // the others are places among those without the own one
                                entries(
                                    others,
                                    i ->
                                        new RosterEntry(
                                            i < own ? i : i + 1,
                                            keyAdvertisement(suite, seed + i))),
                                proof)));
  }

  static Arbitrary<SealedShares> sealedShares() {
    return Combinators.combine(indices(1 << 20), Arbitraries.of(CipherSuite.class), seeds())
        .as(
            (indices, suite, seed) ->
                new SealedShares(
                    opaque(32, seed),
                    entries(indices, i -> new SealedShare(i, envelope(suite, seed + i))),
                    signature(seed)));
  }

  static Arbitrary<ShareInbox> shareInboxes() {
    return Combinators.combine(indices(1 << 20), Arbitraries.of(CipherSuite.class), seeds())
        .as(
            (indices, suite, seed) ->
                new ShareInbox(entries(indices, i -> receivedShare(i, suite, seed + i))));
  }

  static Arbitrary<SurvivorsAnnounced> survivorsAnnounced() {
    return survivorSets().map(SurvivorsAnnounced::of);
  }

  static Arbitrary<SurvivorsConfirmed> survivorsConfirmed() {
    return seeds().map(seed -> new SurvivorsConfirmed(signature(seed)));
  }

  static Arbitrary<UnmaskRequest> unmaskRequests() {
    Arbitrary<UnmaskRequest> confirmed =
        Combinators.combine(survivorSets(), indices(1 << 20), proofs(), seeds())
            .as(
                (survivors, indices, proof, seed) ->
                    new UnmaskRequest(
                        survivors.bitmap(),
                        entries(indices, i -> confirmation(i, seed + i)),
                        proof));
    return Arbitraries.oneOf(survivorSets().map(UnmaskRequest::of), confirmed);
  }

  static Arbitrary<UnmaskAnswer> unmaskAnswers() {
    Arbitrary<UnmaskAnswer> some =
        Combinators.combine(indices(1 << 20), seeds())
            .as((indices, seed) -> new UnmaskAnswer(entries(indices, i -> revealed(i, seed + i))));
    return Arbitraries.oneOf(some, Arbitraries.just(new UnmaskAnswer(List.of())));
  }

  static Arbitrary<SurvivorSet> survivorSets() {
    return Combinators.combine(between(1, 2000), seeds())
        .as((size, seed) -> SurvivorSet.of(size, i -> (seed >>> (i % 61) & 1) == 1));
  }

  static KeyAdvertisement keyAdvertisement(CipherSuite suite, long seed) {
    int length = suite.publicKeyLengthBytes();
    return new KeyAdvertisement(
        opaque(1 + (int) Math.floorMod(seed, 900L), seed),
        opaque(length, seed + 1),
        opaque(length, seed + 2),
        signature(seed));
  }

  static ShareEnvelope envelope(CipherSuite suite, long seed) {
    int length = suite.encapsulationLengthBytes();
    return new ShareEnvelope(
        opaque(ShareEnvelope.BOX_BYTES, seed),
        opaque(length, seed + 1),
        opaque(seed % 2 == 0 ? length : 0, seed + 2),
        opaque(32, seed + 3),
        opaque(32, seed + 4));
  }

  static ReceivedShare receivedShare(int sender, CipherSuite suite, long seed) {
    int nodes = (int) Math.floorMod(seed, ReceivedShare.MAXIMUM_PROOF_NODES + 1L);
    return new ReceivedShare(
        sender,
        envelope(suite, seed),
        opaque(32, seed + 5),
        signature(seed),
        IntStream.range(0, nodes).mapToObj(i -> opaque(32, seed + i)).toList());
  }

  static Confirmation confirmation(int index, long seed) {
    return new Confirmation(
        index,
        opaque(1 + (int) Math.floorMod(seed, 900L), seed),
        opaque(32, seed + 1),
        signature(seed));
  }

  static RevealedShare revealed(int index, long seed) {
    return new RevealedShare(
        index,
        seed % 2 == 0 ? ShareKind.SELF : ShareKind.MASK,
        SecretBytes.copyOf(
            opaque(SecAggRules.SHARE_BYTES, seed).toByteArray(), InsecureSecretAccess.get()));
  }

  /** Reproducible bytes: a draw of jqwik for every byte of a long message would take seconds. */
  static OpaqueBytes opaque(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return OpaqueBytes.of(bytes);
  }

  static DeviceSignature signature(long seed) {
    return DeviceSignature.of(opaque(DeviceSignature.LENGTH_BYTES, seed).toByteArray());
  }

  private static Arbitrary<int[]> shards(int count) {
    return between(0, count - 1).map(shard -> new int[] {shard, count});
  }

  private static Arbitrary<OpaqueBytes> opaques(int length) {
    return seeds().map(seed -> opaque(length, seed));
  }

  private static Arbitrary<OpaqueBytes> opaques(int minimum, int maximum) {
    return Combinators.combine(between(minimum, maximum), seeds()).as(ValidSecAggMessages::opaque);
  }

  private static Arbitrary<List<OpaqueBytes>> proofs() {
    return opaques(SecAggRules.HASH_BYTES).list().ofMaxSize(MAXIMUM_ENTRIES);
  }

  /** One to a few numbers below {@code bound}, ascending. */
  private static Arbitrary<List<Integer>> indices(int bound) {
    return between(0, bound - 1)
        .set()
        .ofMinSize(1)
        .ofMaxSize(Math.min(bound, MAXIMUM_ENTRIES))
        .map(set -> set.stream().sorted().toList());
  }

  private static <T> List<T> entries(List<Integer> indices, IntFunction<T> entry) {
    return indices.stream().map(index -> entry.apply(index)).toList();
  }

  private static IntegerArbitrary between(int minimum, int maximum) {
    return Arbitraries.integers().between(minimum, maximum);
  }

  private static Arbitrary<Long> seeds() {
    return Arbitraries.longs().between(0, Long.MAX_VALUE / 2);
  }
}
