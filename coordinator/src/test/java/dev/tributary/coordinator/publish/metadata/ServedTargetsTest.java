package dev.tributary.coordinator.publish.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.security.metadata.TargetFile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What devices may fetch after the metadata changed: the files of now and of one change ago. */
class ServedTargetsTest {

  private static final PopulationName PENS = new PopulationName("pens");
  private static final PopulationName INKS = new PopulationName("inks");

  private static Map<String, TargetFile> listing(PopulationName population, int content) {
    return Map.of(population + "/channels/stable.json", TargetFile.of(new byte[] {(byte) content}));
  }

  private static FileDigest file(int content) {
    return FileDigest.of(new byte[] {(byte) content});
  }

  @Test
  void afterAChange_theFilesOfNowAndBeforeAreServed() {
    ServedTargets served = ServedTargets.NONE.then(listing(PENS, 1)).then(listing(PENS, 2));

    assertThat(served.files()).containsExactlyInAnyOrder(file(1), file(2));
    assertThat(served.mayFetch(PENS, file(1))).isTrue();
  }

  @Test
  void afterTwoChanges_theOldestFilesAreNotServedAnyMore() {
    ServedTargets served =
        ServedTargets.NONE.then(listing(PENS, 1)).then(listing(PENS, 2)).then(listing(PENS, 3));

    assertThat(served.files()).containsExactlyInAnyOrder(file(2), file(3));
    assertThat(served.mayFetch(PENS, file(1))).isFalse();
  }

  @Test
  void sameFilesSignedAgain_areNoChange() {
    ServedTargets served =
        ServedTargets.NONE.then(listing(PENS, 1)).then(listing(PENS, 2)).then(listing(PENS, 2));

    assertThat(served.mayFetch(PENS, file(1))).isTrue();
  }

  @Test
  void fileOfAnotherPopulation_isNotServed() {
    ServedTargets served = ServedTargets.NONE.then(listing(PENS, 1));

    assertThat(served.mayFetch(INKS, file(1))).isFalse();
  }

  @Test
  void changesOfOnePopulation_doNotEndWhatDevicesOfAnotherAreFetching() {
    ServedTargets served = ServedTargets.NONE.then(both(1, 2)).then(both(3, 2)).then(both(3, 4));
    served = served.then(both(5, 4)).then(both(6, 4));

    assertThat(served.mayFetch(INKS, file(2))).as("listed before its last change").isTrue();
    assertThat(served.mayFetch(PENS, file(3))).isFalse();
  }

  private static Map<String, TargetFile> both(int pens, int inks) {
    Map<String, TargetFile> all = new HashMap<>(listing(PENS, pens));
    all.putAll(listing(INKS, inks));
    return all;
  }
}
