package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SurvivorSetTest {

  @Property
  void set_isThePredicateThatItWasMadeOf(
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll Set<@IntRange(max = 299) Integer> numbers)
      throws RejectedException {
    Set<Integer> survivors =
        numbers.stream().filter(index -> index < size).collect(Collectors.toSet());
    SurvivorSet set = SurvivorSet.of(size, survivors::contains);
    assertThat(set.indices().boxed())
        .containsExactlyElementsOf(survivors.stream().sorted().toList());
    assertThat(set.count()).isEqualTo(survivors.size());
    assertThat(set.size()).isEqualTo(size);
    assertThat(set.bitmap().length()).isEqualTo((size + 7) / 8);
    assertThat(SurvivorSet.parse(size, set.bitmap())).isEqualTo(set).hasSameHashCodeAs(set);
  }

  @Test
  void bit_isCountedFromTheLeastSignificant() {
    SurvivorSet set = SurvivorSet.of(10, i -> i == 0 || i == 2 || i == 9);
    assertThat(set.bitmap()).isEqualTo(bitmap(0b101, 0b10));
    assertThat(set.contains(9)).isTrue();
    assertThat(set.contains(8)).isFalse();
    assertThat(set).hasToString("SurvivorSet[3 of 10]");
  }

  @Test
  void bitmapOfAnotherLength_isRefused() {
    assertRefused(RejectReason.FIELD_WRONG_SIZE, () -> SurvivorSet.parse(8, bitmap(1, 0)));
    assertRefused(RejectReason.FIELD_WRONG_SIZE, () -> SurvivorSet.parse(9, bitmap(1)));
    assertRefused(RejectReason.FIELD_WRONG_SIZE, () -> SurvivorSet.parse(1, bitmap()));
  }

  @Test
  void bitBeyondTheRoster_isRefused() throws RejectedException {
    for (int bit = 3; bit < 8; bit++) {
      OpaqueBytes padded = bitmap(0xff, 1 << bit);
      assertRefused(RejectReason.FIELD_WRONG_FORM, () -> SurvivorSet.parse(11, padded));
      assertRefused(
          RejectReason.FIELD_WRONG_FORM, () -> new SurvivorsAnnounced(padded).survivors(11));
    }
    assertThat(SurvivorSet.parse(11, bitmap(0xff, 0b111)).count()).isEqualTo(11);
    assertThat(SurvivorSet.parse(16, bitmap(0xff, 0xff)).count()).isEqualTo(16);
  }

  @Test
  void setsOfOtherRosters_areOthers() {
    assertThat(SurvivorSet.of(10, i -> true)).isNotEqualTo(SurvivorSet.of(10, i -> i != 9));
    assertThat(SurvivorSet.of(10, i -> i == 0)).isNotEqualTo(SurvivorSet.of(11, i -> i == 0));
  }

  @Test
  void rosterOfAnImpossibleSize_isRefused() {
    for (int size : new int[] {-1, 0, SecAggRules.MAXIMUM_DEVICES + 1}) {
      assertThatExceptionOfType(InvalidFieldException.class)
          .isThrownBy(() -> SurvivorSet.of(size, i -> true));
    }
  }

  @Test
  void deviceThatIsNoneOfTheRoster_isABrokenPromise() {
    SurvivorSet set = SurvivorSet.of(10, i -> true);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.contains(10));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> set.contains(-1));
  }

  @Test
  void message_carriesItsSet() throws RejectedException {
    SurvivorSet set = SurvivorSet.of(10, i -> i % 3 == 0);
    assertThat(UnmaskRequest.decode(UnmaskRequest.of(set).encode()).survivors(10)).isEqualTo(set);
  }

  private static OpaqueBytes bitmap(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return OpaqueBytes.of(bytes);
  }

  private static void assertRefused(RejectReason reason, ThrowingCallable call) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
