package dev.tributary.security.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MerkleTreeTest {

  private static final HexFormat HEX = HexFormat.of();

  /** The leaves with which the reference implementation of RFC 6962 is tested. */
  private static final List<byte[]> REFERENCE =
      List.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .stream()
          .map(HEX::parseHex)
          .toList();

  @ParameterizedTest
  @CsvSource({
    "1,6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "2,fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "3,aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "4,d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "5,4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "6,76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "7,ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "8,5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
  })
  void rootsOfTheReferenceImplementation_areReproduced(int count, String root) {
    assertThat(MerkleTree.of(REFERENCE.subList(0, count)).root()).hasToString(root);
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 35);
  }

  /** The definition of RFC 6962, section 2.1, written down as it stands there. */
  private static MerkleHash defined(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return MerkleHash.ofLeaf(leaves.get(0));
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    return MerkleHash.ofNode(
        defined(leaves.subList(0, k)), defined(leaves.subList(k, leaves.size())));
  }

  /** PATH of section 2.1.1, likewise. */
  private static List<MerkleHash> definedPath(int m, List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return List.of();
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> left = leaves.subList(0, k);
    List<byte[]> right = leaves.subList(k, leaves.size());
    List<MerkleHash> path =
        new ArrayList<>(m < k ? definedPath(m, left) : definedPath(m - k, right));
    path.add(m < k ? defined(right) : defined(left));
    return path;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void rootAndPaths_areThoseOfTheDefinition(int size) {
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    assertThat(tree.root()).isEqualTo(defined(leaves));
    assertThat(tree.leafCount()).isEqualTo(size);
    for (int i = 0; i < size; i++) {
      assertThat(tree.proof(i).path()).isEqualTo(definedPath(i, leaves));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void proof_provesItsLeafAtItsIndexAndNothingElse(int size) {
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    for (int i = 0; i < size; i++) {
      MerkleProof proof = tree.proof(i);
      for (int j = -1; j <= size; j++) {
        byte[] leaf = leaves.get(Math.floorMod(j, size));
        assertThat(proof.proves(leaf, j, size, tree.root())).isEqualTo(i == j);
        assertThat(proof.proves(leaves.get(i), j, size, tree.root())).isEqualTo(i == j);
      }
    }
  }

  @Test
  void anyFlippedBitOfAProof_isNoticed() {
    List<byte[]> leaves = leaves(11);
    MerkleTree tree = MerkleTree.of(leaves);
    List<MerkleHash> path = tree.proof(6).path();
    for (int i = 0; i < path.size(); i++) {
      for (int bit = 0; bit < 256; bit++) {
        List<MerkleHash> changed = new ArrayList<>(path);
        changed.set(i, flipped(path.get(i), bit));
        assertThat(new MerkleProof(changed).proves(leaves.get(6), 6, 11, tree.root())).isFalse();
      }
    }
  }

  @Test
  void proofThatIsLongerOrShorter_isRefused() {
    List<byte[]> leaves = leaves(11);
    MerkleTree tree = MerkleTree.of(leaves);
    List<MerkleHash> path = tree.proof(3).path();
    List<MerkleHash> longer = new ArrayList<>(path);
    longer.add(tree.root());
    assertThat(new MerkleProof(longer).proves(leaves.get(3), 3, 11, tree.root())).isFalse();
    for (int length = 0; length < path.size(); length++) {
      assertThat(new MerkleProof(path.subList(0, length)).proves(leaves.get(3), 3, 11, tree.root()))
          .isFalse();
    }
  }

  @Test
  void nodeGivenAsALeaf_provesNothing() {
    List<byte[]> leaves = leaves(2);
    MerkleTree tree = MerkleTree.of(leaves);
    byte[] bothHashes = new byte[64];
    System.arraycopy(MerkleHash.ofLeaf(leaves.get(0)).toByteArray(), 0, bothHashes, 0, 32);
    System.arraycopy(MerkleHash.ofLeaf(leaves.get(1)).toByteArray(), 0, bothHashes, 32, 32);
    assertThat(new MerkleProof(List.of()).proves(bothHashes, 0, 1, tree.root())).isFalse();
  }

  @Property(tries = 500)
  void multiproof_provesItsLeavesWithTheFewestHashes(
      @ForAll @IntRange(min = 1, max = 70) int size, @ForAll long seed) {
    Random random = new Random(seed);
    int[] indices = IntStream.range(0, size).filter(i -> random.nextInt(4) == 0).toArray();
    if (indices.length == 0) {
      indices = new int[] {random.nextInt(size)};
    }
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    MerkleMultiproof proof = tree.multiproof(indices);
    SortedMap<Integer, byte[]> claimed = claim(leaves, indices);

    assertThat(proof.proves(claimed, size, tree.root())).isTrue();
    assertThat(proof.hashes()).hasSize(unknownSubtrees(0, size, indices));
  }

  @Property(tries = 300)
  void changedMultiproof_isRefused(
      @ForAll @IntRange(min = 2, max = 40) int size, @ForAll long seed) {
    Random random = new Random(seed);
    int[] indices =
        random.ints(0, size).distinct().limit(1 + random.nextInt(size)).sorted().toArray();
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    List<MerkleHash> hashes = tree.multiproof(indices).hashes();
    SortedMap<Integer, byte[]> claimed = claim(leaves, indices);

    for (int i = 0; i < hashes.size(); i++) {
      List<MerkleHash> changed = new ArrayList<>(hashes);
      changed.set(i, flipped(hashes.get(i), random.nextInt(256)));
      assertRefused(changed, claimed, tree);
      changed = new ArrayList<>(hashes);
      changed.remove(i);
      assertRefused(changed, claimed, tree);
      changed = new ArrayList<>(hashes);
      changed.add(i, hashes.get(i));
      assertRefused(changed, claimed, tree);
      if (i > 0) {
        changed = new ArrayList<>(hashes);
        Collections.swap(changed, i - 1, i);
        assertRefused(changed, claimed, tree);
      }
    }
    List<MerkleHash> longer = new ArrayList<>(hashes);
    longer.add(tree.root());
    assertRefused(longer, claimed, tree);
  }

  @Property(tries = 300)
  void multiproof_provesNoOtherLeaves(
      @ForAll @IntRange(min = 2, max = 40) int size, @ForAll long seed) {
    Random random = new Random(seed);
    int[] indices =
        random.ints(0, size).distinct().limit(1 + random.nextInt(size)).sorted().toArray();
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    MerkleMultiproof proof = tree.multiproof(indices);
    for (int index : indices) {
      SortedMap<Integer, byte[]> claimed = claim(leaves, indices);
      claimed.put(index, new byte[] {1, 2, 3});
      assertThat(proof.proves(claimed, size, tree.root())).isFalse();
      claimed = claim(leaves, indices);
      claimed.remove(index);
      assertThat(proof.proves(claimed, size, tree.root())).isFalse();
      claimed = claim(leaves, indices);
      int elsewhere = random.nextInt(size);
      claimed.remove(index);
      if (!claimed.containsKey(elsewhere) && elsewhere != index) {
        claimed.put(elsewhere, leaves.get(index));
        assertThat(proof.proves(claimed, size, tree.root())).isFalse();
      }
    }
  }

  @Test
  void indicesOutsideTheList_proveNothing() {
    List<byte[]> leaves = leaves(4);
    MerkleTree tree = MerkleTree.of(leaves);
    MerkleMultiproof all = tree.multiproof(new int[] {0, 1, 2, 3});
    SortedMap<Integer, byte[]> claimed = claim(leaves, new int[] {0, 1, 2, 3});
    assertThat(all.proves(claimed, 3, tree.root())).isFalse();
    assertThat(all.proves(new TreeMap<>(), 4, tree.root())).isFalse();
    claimed.remove(0);
    claimed.put(-1, leaves.get(0));
    assertThat(all.proves(claimed, 4, tree.root())).isFalse();
  }

  @Test
  void requestsForLeavesThatAreNotThere_areRefused() {
    MerkleTree tree = MerkleTree.of(leaves(4));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> tree.proof(4));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> tree.multiproof(new int[] {3, 4}));
    for (int[] indices : new int[][] {{}, {1, 1}, {2, 1}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> tree.multiproof(indices));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> MerkleTree.of(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> MerkleHash.of(new byte[31]));
  }

  /** How many maximal subtrees of [from, to) have none of the leaves: what a proof must hold. */
  private static int unknownSubtrees(int from, int to, int[] indices) {
    if (IntStream.of(indices).noneMatch(i -> from <= i && i < to)) {
      return 1;
    }
    if (to - from == 1) {
      return 0;
    }
    int middle = from + Integer.highestOneBit(to - from - 1);
    return unknownSubtrees(from, middle, indices) + unknownSubtrees(middle, to, indices);
  }

  private static void assertRefused(
      List<MerkleHash> hashes, SortedMap<Integer, byte[]> claimed, MerkleTree tree) {
    assertThat(new MerkleMultiproof(hashes).proves(claimed, tree.leafCount(), tree.root()))
        .isFalse();
  }

  private static SortedMap<Integer, byte[]> claim(List<byte[]> leaves, int[] indices) {
    SortedMap<Integer, byte[]> claimed = new TreeMap<>();
    for (int index : indices) {
      claimed.put(index, leaves.get(index));
    }
    return claimed;
  }

  private static List<byte[]> leaves(int count) {
    return IntStream.range(0, count).mapToObj(i -> new byte[] {(byte) i, 7}).toList();
  }

  private static MerkleHash flipped(MerkleHash hash, int bit) {
    byte[] bytes = hash.toByteArray();
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    return MerkleHash.of(bytes);
  }
}
