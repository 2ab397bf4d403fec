package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.secagg.PairwiseSecrets;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.security.sharing.SecretShare;
import dev.tributary.security.sharing.ShareInterpolator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;

/**
 * From revealed shares to the masks that are still in the sum: of each survivor its self mask, and
 * of each dropped device its mask with every survivor. Every secret is checked against what its
 * dealer made known at the beginning; a dealer whose shares do not give it is named.
 *
 * <p>Work is one interpolation a device and one agreement for each pair of a dropped device and a
 * survivor. Safe for any thread: each device is a {@link Callable} of its own.
 */
public final class MaskRecovery {

  private final Material material;
  private final Roster roster;
  private final SessionTerms terms;
  private final SessionBytes layout;

  record Material(
      ShareRelay relay,
      SurvivorSet survivors,
      BitSet needed,
      List<SortedMap<Integer, SecretBytes>> sharesOf) {}

  /**
   * @throws IllegalStateException unless the collection is ready
   */
  public MaskRecovery(UnmaskCollection collection) {
    this.material = collection.material();
    this.roster = material.relay().roster();
    this.terms = roster.terms();
    this.layout = new SessionBytes(terms);
  }

  /**
   * The work, in pieces that may run side by side. Each gives the masks to be applied to the sum,
   * whose keys the caller destroys, or throws {@link UnrecoverableException}.
   */
  public List<Callable<List<Mask>>> tasks() {
    return material.needed().stream()
        .<Callable<List<Mask>>>mapToObj(index -> () -> recover(index))
        .toList();
  }

  /** All of it, on the calling thread. */
  public List<Mask> recoverAll() throws UnrecoverableException {
    List<Mask> masks = new ArrayList<>();
    try {
      for (int index : material.needed().stream().toArray()) {
        masks.addAll(recover(index));
      }
      return masks;
    } catch (UnrecoverableException e) {
      masks.forEach(mask -> mask.key().destroy());
      throw e;
    }
  }

  private List<Mask> recover(int index) throws UnrecoverableException {
    SecretBytes secret = interpolated(index);
    try {
      return material.survivors().contains(index)
          ? List.of(selfMask(index, secret).inverse())
          : pairwiseMasks(index, secret);
    } finally {
      secret.destroy();
    }
  }

  private Mask selfMask(int index, SecretBytes seed) throws UnrecoverableException {
    if (!layout
        .selfMaskCommitment(seed)
        .equals(material.relay().dealtBy(index).selfMaskCommitment())) {
      throw falseShares(index, "the seed of its self mask");
    }
    return layout.selfMask(seed, index);
  }

  /** What every surviving peer of a dropped device applied against it, inverted. */
  private List<Mask> pairwiseMasks(int dropped, SecretBytes seed) throws UnrecoverableException {
    List<Mask> masks = new ArrayList<>();
    AgreementKeyPair pair =
        AgreementKeyPair.of(
            terms.suite(),
            seed.lend(
                InsecureSecretAccess.get(),
                bytes -> SecretBytes.copyOf(bytes, InsecureSecretAccess.get())));
    try {
      OpaqueBytes droppedKey = roster.keys(dropped).maskKey();
      if (!OpaqueBytes.of(pair.publicKey().toByteArray()).equals(droppedKey)) {
        throw falseShares(dropped, "the seed of its masking key");
      }
      int[] peers =
          Arrays.stream(roster.neighbours(dropped)).filter(material.survivors()::contains).toArray();
      PairwiseSecrets.prepare(
          pair, Arrays.stream(peers).mapToObj(peer -> roster.keys(peer).maskKey()));
      for (int peer : peers) {
        masks.add(against(dropped, droppedKey, pair, peer).inverse());
      }
      return masks;
    } catch (UnrecoverableException e) {
      masks.forEach(mask -> mask.key().destroy());
      throw e;
    } finally {
      pair.destroy();
    }
  }

  private Mask against(int dropped, OpaqueBytes droppedKey, AgreementKeyPair pair, int peer)
      throws UnrecoverableException {
    OpaqueBytes peerKey = roster.keys(peer).maskKey();
    SecretBytes secret;
    try {
      secret =
          dropped < peer
              ? PairwiseSecrets.offer(layout, terms.suite(), pair, peer, peerKey).secret()
              : PairwiseSecrets.accept(
                  terms.suite(),
                  pair,
                  peerKey,
                  material.relay().envelope(peer, dropped).maskEncapsulation());
    } catch (IllegalArgumentException notAnEncapsulation) {
      throw new UnrecoverableException(
          "device " + roster.device(peer) + " dealt no valid encapsulation of its mask");
    }
    try {
      return layout.pairwiseMask(secret, peer, dropped, peerKey, droppedKey);
    } finally {
      secret.destroy();
    }
  }

  private SecretBytes interpolated(int index) throws UnrecoverableException {
    var shares = material.sharesOf().get(index);
    int[] points = shares.keySet().stream().mapToInt(holder -> holder + 1).toArray();
    byte[] values = new byte[points.length * SecretShare.LENGTH_BYTES];
    byte[] secret = new byte[AgreementKeyPair.SEED_LENGTH_BYTES];
    try {
      int at = 0;
      for (SecretBytes share : shares.values()) {
        byte[] value = share.toByteArray(InsecureSecretAccess.get());
        System.arraycopy(value, 0, values, at, value.length);
        Arrays.fill(value, (byte) 0);
        at += SecretShare.LENGTH_BYTES;
      }
      if (!ShareInterpolator.atZero(points).secret(values, 0, secret, 0)) {
        throw falseShares(index, "any secret");
      }
      return SecretBytes.copyOf(secret, InsecureSecretAccess.get());
    } catch (IllegalArgumentException notShares) {
      throw falseShares(index, "any secret");
    } finally {
      Arrays.fill(values, (byte) 0);
      Arrays.fill(secret, (byte) 0);
    }
  }

  private UnrecoverableException falseShares(int index, String expected) {
    return new UnrecoverableException(
        "device "
            + roster.device(index)
            + " dealt shares that do not give "
            + expected
            + ": the sum cannot be opened");
  }
}
