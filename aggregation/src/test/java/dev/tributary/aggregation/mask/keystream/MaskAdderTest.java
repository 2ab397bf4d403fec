package dev.tributary.aggregation.mask.keystream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskAdderTest {

  private static final VarHandle LANE = MethodHandles.arrayElementVarHandle(int[].class);

  /** Lanes of 32 bits in one block of keystream that is made and added at once. */
  private static final int BLOCK = MaskWorker.BLOCK_BYTES / Integer.BYTES;

  /** So that there are groups of masks enough for threads to share. */
  private static final int MANY = 2 * MaskGrid.MAX_GROUP + 3;

  @Property(tries = 60)
  void pieceOfAVector_getsItsPieceOfEachKeystream_andNothingElseIsTouched(
      @ForAll @IntRange(max = MANY) int masks,
      @ForAll @IntRange(max = 3 * BLOCK) int count,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 1000) int firstBlock,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll long seed)
      throws Exception {
    List<Mask> some = NaiveMasks.masks(masks, seed);
    int first = firstBlock * 4;
    int[] sum = NaiveMasks.sumOfInts(some, first + count);
    int[] lanes = new Random(seed).ints(offset + count + 5L).toArray();
    int[] expected = lanes.clone();
    for (int i = 0; i < count; i++) {
      expected[offset + i] += sum[first + i];
    }

    new MaskAdder(threads).apply(some, lanes, offset, count, first);

    assertThat(lanes).isEqualTo(expected);
  }

  @Property(tries = 60)
  void pieceOfAVectorOfLongs_getsItsPieceOfEachKeystream_andNothingElseIsTouched(
      @ForAll @IntRange(max = MANY) int masks,
      @ForAll @IntRange(max = BLOCK) int count,
      @ForAll @IntRange(max = 9) int offset,
      @ForAll @IntRange(max = 1000) int firstBlock,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll long seed)
      throws Exception {
    List<Mask> some = NaiveMasks.masks(masks, seed);
    int first = firstBlock * 2;
    long[] sum = NaiveMasks.sumOfLongs(some, first + count);
    long[] lanes = new Random(seed).longs(offset + count + 5L).toArray();
    long[] expected = lanes.clone();
    for (int i = 0; i < count; i++) {
      expected[offset + i] += sum[first + i];
    }

    new MaskAdder(threads).apply(some, lanes, offset, count, first);

    assertThat(lanes).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, BLOCK - 1, BLOCK, BLOCK + 1, 64 * BLOCK - 1, 64 * BLOCK + 3})
  void wholeVector_isThatOfTheDefinition_atEveryEdgeOfABlock(int length) throws Exception {
    List<Mask> masks = NaiveMasks.masks(5, length);
    int[] lanes = new int[length];

    new MaskAdder(3).apply(masks, lanes);

    assertThat(lanes).isEqualTo(NaiveMasks.sumOfInts(masks, length));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        BlockSum.ROWS - 1,
        BlockSum.ROWS,
        BlockSum.ROWS + 1,
        2 * BlockSum.ROWS - 1,
        2 * BlockSum.ROWS + 1,
        MaskGrid.MAX_GROUP - 1,
        MaskGrid.MAX_GROUP,
        MaskGrid.MAX_GROUP + 1,
        1000
      })
  void anyNumberOfMasks_isThatOfTheDefinition_atEveryEdgeOfAPassAndAGroup(int count) throws Exception {
    List<Mask> masks = NaiveMasks.masks(count, count);
    int[] lanes = new int[2 * BLOCK + 7];

    new MaskAdder(2).apply(masks, lanes);

    assertThat(lanes).isEqualTo(NaiveMasks.sumOfInts(masks, lanes.length));
  }

  @Test
  void longsInManySegments_areThoseOfTheDefinition() throws Exception {
    List<Mask> masks = NaiveMasks.masks(BlockSum.ROWS + 3, 9);
    long[] lanes = new long[20 * BLOCK + 5];
    int blockLanes = MaskWorker.BLOCK_BYTES / Long.BYTES;
    assertThat(MaskGrid.of(masks.size(), lanes.length, blockLanes, 3).segments()).isGreaterThan(1);

    new MaskAdder(3).apply(masks, lanes);

    assertThat(lanes).isEqualTo(NaiveMasks.sumOfLongs(masks, lanes.length));
  }

  @Test
  void result_dependsOnNeitherThreadsNorOrder() throws Exception {
    List<Mask> masks = new ArrayList<>(NaiveMasks.masks(300, 1));
    int[] reference = new Random(1).ints(100_003).toArray();
    int[] start = reference.clone();
    new MaskAdder(1).apply(masks, reference);
    for (int threads : new int[] {2, 3, 8}) {
      Collections.shuffle(masks, new Random(threads));
      int[] lanes = start.clone();
      new MaskAdder(threads).apply(masks, lanes);
      assertThat(lanes).as("%d threads", threads).isEqualTo(reference);
    }
  }

  @Test
  void masksAndTheirInverses_cancelExactly_inOneCallAsInTwo() throws Exception {
    List<Mask> masks = NaiveMasks.masks(MANY, 2);
    List<Mask> inverses = masks.stream().map(Mask::inverse).toList();
    MaskAdder adder = new MaskAdder(2);
    int[] lanes = new Random(2).ints(10_001).toArray();
    int[] start = lanes.clone();

    adder.apply(masks, lanes);
    assertThat(lanes).isNotEqualTo(start);
    adder.apply(inverses, lanes);
    assertThat(lanes).isEqualTo(start);

    List<Mask> both = new ArrayList<>(masks);
    both.addAll(inverses);
    adder.apply(both, lanes);
    assertThat(lanes).isEqualTo(start);
  }

  @Test
  void pieces_makeTheWhole() throws Exception {
    List<Mask> masks = NaiveMasks.masks(MANY, 3);
    long[] whole = new long[5000];
    long[] inPieces = new long[5000];
    MaskAdder adder = new MaskAdder(2);
    adder.apply(masks, whole);
    for (int from = 0; from < 5000; from += 1234) {
      adder.apply(masks, inPieces, from, Math.min(1234, 5000 - from), from);
    }
    assertThat(inPieces).isEqualTo(whole);
  }

  @Test
  void oneAdder_servesManyCallersAtOnce() throws Exception {
    MaskAdder adder = new MaskAdder(2);
    List<Mask> masks = NaiveMasks.masks(MANY, 4);
    int[][] lanes = new int[4][20_000];
    List<Thread> callers = new ArrayList<>();
    for (int[] own : lanes) {
      Thread caller =
          new Thread(
              () -> {
                try {
                  adder.apply(masks, own);
                } catch (InterruptedException interrupted) {
                  Arrays.fill(own, 0);
                }
              });
      caller.start();
      callers.add(caller);
    }
    int[] expected = NaiveMasks.sumOfInts(masks, 20_000);
    for (int i = 0; i < lanes.length; i++) {
      callers.get(i).join();
      assertThat(lanes[i]).isEqualTo(expected);
    }
  }

  @Test
  void keys_stayTheCallers() throws Exception {
    SecretBytes key =
        SecretBytes.copyOf(
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
            InsecureSecretAccess.get());
    SecretBytes copy =
        SecretBytes.copyOf(key.toByteArray(InsecureSecretAccess.get()), InsecureSecretAccess.get());
    new MaskAdder(1).apply(List.of(Mask.added(key)), new int[100]);
    assertThat(key).isEqualTo(copy);
  }

  @Test
  void destroyedKey_isRefusedBeforeAnyLaneChanges() {
    List<Mask> masks = NaiveMasks.masks(3, 5);
    masks.get(2).key().destroy();
    int[] lanes = new int[100];
    assertThatThrownBy(() -> new MaskAdder(1).apply(masks, lanes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("destroyed");
    assertThat(lanes).containsOnly(0);
  }

  @Test
  void interruptedCaller_getsAnException_alsoInTheMiddle() throws Exception {
    int[] lanes = new int[100];
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> new MaskAdder(2).apply(NaiveMasks.masks(3, 6), lanes))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(lanes).containsOnly(0);

    int[] many = new int[BLOCK * 1000];
    Thread caller = Thread.currentThread();
    Mask mask = NaiveMasks.masks(1, 7).get(0);
    Thread interrupter =
        new Thread(
            () -> {
              while ((int) LANE.getOpaque(many, 0) == 0) { // until a group is in the lanes
                Thread.onSpinWait();
              }
              caller.interrupt();
            });
    interrupter.setDaemon(true);
    interrupter.start();
    assertThatThrownBy(() -> new MaskAdder(2).apply(Collections.nCopies(1_000_001, mask), many))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void wrongArguments_areRefused() {
    MaskAdder adder = new MaskAdder(1);
    List<Mask> masks = NaiveMasks.masks(1, 8);
    assertThatIllegalArgumentException().isThrownBy(() -> new MaskAdder(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adder.apply(masks, new int[8], 0, 8, 2))
        .withMessage("first lane: expected a multiple of 4 from 0 on, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adder.apply(masks, new long[8], 0, 8, -2))
        .withMessage("first lane: expected a multiple of 2 from 0 on, got -2");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> adder.apply(masks, new int[8], 4, 5, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mask.added(SecretBytes.copyOf(new byte[24], InsecureSecretAccess.get())))
        .withMessage("key of a mask: expected 16 or 32 bytes, got 24");
  }
}
