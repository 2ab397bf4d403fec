package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.agreement.CipherSuite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole sessions of honest devices, each restarted at every step. */
class SessionTest {

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void everyoneStays_theSumIsThatOfAll(CipherSuite suite) throws Exception {
    var run = new Run(new Cohort(5), Cohort.terms(suite, 3, 0, true), 100);
    run.advertise(id -> true);
    run.deal(index -> true);
    run.send(index -> true);
    run.confirm(index -> true);
    run.reveal(index -> true);
    assertThat(run.open()).isEqualTo(run.expected());
  }

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void oneDropsAtEachStep_theSumIsThatOfTheSurvivors(CipherSuite suite) throws Exception {
    var cohort = new Cohort(14);
    var run = new Run(cohort, Cohort.terms(suite, 5, 3000, true), 100);
    var absent = cohort.devices.firstKey();
    run.advertise(id -> !id.equals(absent));
    run.deal(index -> index != 4);
    run.send(index -> index != 0);
    run.confirm(index -> index != 7);
    run.sent.remove(7);
    run.reveal(index -> index != 9);
    assertThat(run.unmasking.isReady()).as(run.unmasking.progress()).isTrue();
    assertThat(run.survivors.count()).isEqualTo(11);
    assertThat(run.open()).isEqualTo(run.expected());
  }

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void masked_oneUpdateLooksLikeNothing(CipherSuite suite) throws Exception {
    var run = new Run(new Cohort(5), Cohort.terms(suite, 3, 0, true), 1);
    run.advertise(id -> true);
    run.deal(index -> true);
    run.send(index -> index == 0);
    assertThat(run.sum).isNotEqualTo(run.updates.get(0)); // chance of failing: 2^-32
  }
}
