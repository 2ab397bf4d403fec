package dev.tributary.client;

import static dev.tributary.client.MaskedRound.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.session.DeviceState;
import dev.tributary.client.store.FileSessionStore;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.MaskingCoordinator;
import dev.tributary.client.testing.MaskingCoordinator.Expected;
import dev.tributary.client.testing.StepTrainer;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.transport.Transport;
import dev.tributary.security.agreement.CipherSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A coordinator that cheats: the device leaves, says why, and gives nothing away. */
@Timeout(120)
class MaskedAttackTest {

  private static final int ALL = MaskedRound.DEVICES;

  @TempDir Path folder;

  private MaskedRound round(boolean confirmation) {
    return round(MaskingCoordinator.parameters(CipherSuite.CLASSIC, confirmation));
  }

  private MaskedRound round(SecureAggregationParameters parameters) {
    return new MaskedRound(
        folder, new MaskingCoordinator(parameters, Expected.of(ALL, parameters.confirmation())));
  }

  /** Rewrites one message of the coordinator. */
  private interface Change {
    byte[] of(byte[] message) throws RejectedException;

    @SuppressWarnings("UnnecessaryLambda") // it hides the checked exception
    default UnaryOperator<byte[]> asOperator() {
      return message -> {
        try {
          return of(message);
        } catch (RejectedException broken) {
          throw new AssertionError(broken);
        }
      };
    }
  }

  private static UnaryOperator<Transport> changing(String at, Change change) {
    return transport -> Fault.changing(at, transport, change.asOperator());
  }

  private static void assertViolation(
      MaskedRound round, Optional<ParticipationOutcome> outcome, String reason) throws IOException {
    assertThat(outcome)
        .get()
        .isInstanceOfSatisfying(
            DroppedOut.class,
            dropped -> {
              assertThat(dropped.code()).isEqualTo("protocol-violation");
              assertThat(dropped.detail()).startsWith(reason + ": ");
              assertThat(dropped.nextCheckIn()).isGreaterThan(Duration.ofHours(3));
            });
    assertThat(round.coordinator.failures())
        .extracting(FailureReport::reason)
        .containsExactly(DeviceFailure.PROTOCOL_VIOLATION);
    assertThat(round.coordinator.failures().get(0).detail()).startsWith(reason + ": ");
    assertThat(MaskedRound.keptOfARound(round.folderOf(0))).isEmpty();
  }

  private enum FalseRoster {
    NOT_SIGNED("ROSTER_NOT_SIGNED") {
      @Override
      RosterAnswer of(RosterAnswer honest) {
        return new RosterAnswer(
            honest.size() + 1,
            honest.root(),
            honest.signature(),
            honest.index(),
            honest.neighbours(),
            honest.proof());
      }
    },
    A_NEIGHBOUR_LESS("NEIGHBOURS_WRONG") {
      @Override
      RosterAnswer of(RosterAnswer honest) {
        return with(honest, honest.neighbours().subList(1, honest.neighbours().size()));
      }
    },
    KEYS_SWAPPED("KEYS_NOT_SIGNED") {
      @Override
      @SuppressWarnings("ArgumentSelectionDefectChecker") // swapped: that is the attack
      RosterAnswer of(RosterAnswer honest) {
        List<RosterEntry> neighbours = new ArrayList<>(honest.neighbours());
        KeyAdvertisement first = neighbours.get(0).keys();
        neighbours.set(
            0,
            new RosterEntry(
                neighbours.get(0).index(),
                new KeyAdvertisement(
                    first.certificate(), first.maskKey(), first.channelKey(), first.signature())));
        return with(honest, neighbours);
      }
    },
    ONE_DEVICE_TWICE("KEYS_REPEATED") {
      @Override
      RosterAnswer of(RosterAnswer honest) {
        List<RosterEntry> neighbours = new ArrayList<>(honest.neighbours());
        neighbours.set(0, new RosterEntry(neighbours.get(0).index(), neighbours.get(1).keys()));
        return with(honest, neighbours);
      }
    };

    private final String reason;

    FalseRoster(String reason) {
      this.reason = reason;
    }

    abstract RosterAnswer of(RosterAnswer honest);

    private static RosterAnswer with(RosterAnswer honest, List<RosterEntry> neighbours) {
      return new RosterAnswer(
          honest.size(),
          honest.root(),
          honest.signature(),
          honest.index(),
          neighbours,
          honest.proof());
    }
  }

  @ParameterizedTest
  @EnumSource(FalseRoster.class)
  void falseRoster_isRefusedAndReported_andNoShareIsDealt(FalseRoster attack) throws Exception {
    try (var round = round(false)) {
      round.startOthers();
      var victim =
          end(
              round.start(
                  0,
                  changing(
                      "POST keys", message -> attack.of(RosterAnswer.decode(message)).encode())));
      assertViolation(round, victim, attack.reason);
      assertThat(round.calls("POST shares", round.idOf(0))).isZero();
    }
  }

  @Test
  void sharesUnderAnotherName_areRefused_andNothingIsTrainedOrSent() throws Exception {
    try (var round = round(false)) {
      round.startOthers();
      Change exchanged =
          message -> {
            List<ReceivedShare> shares = new ArrayList<>(ShareInbox.decode(message).shares());
            ReceivedShare first = shares.get(0);
            ReceivedShare second = shares.get(1);
            shares.set(
                0,
                new ReceivedShare(
                    first.sender(),
                    second.envelope(),
                    second.selfMaskCommitment(),
                    second.signature(),
                    second.proof()));
            return new ShareInbox(shares).encode();
          };
      var victim = end(round.start(0, changing("POST shares", exchanged)));
      assertViolation(round, victim, "SHARES_NOT_SIGNED");
      assertThat(round.calls("PUT upload", round.idOf(0))).isZero();
    }
  }

  private static SurvivorSet survivorsAround(int own, int count) {
    return SurvivorSet.of(ALL, index -> Math.floorMod(index - own, ALL) < count);
  }

  @ParameterizedTest
  @CsvSource({"1, TOO_FEW_SURVIVORS", "3, TOO_FEW_NEIGHBOURS"})
  void victimWhoseNeighboursAreSaidToHaveDropped_revealsNothing(int alive, String reason)
      throws Exception {
    try (var round = round(false)) {
      round.startOthers();
      Change alone = message -> UnmaskRequest.of(survivorsAround(own(round), alive)).encode();
      assertViolation(round, end(round.start(0, changing("GET unmasking", alone))), reason);
      assertThat(round.calls("POST unmasking", round.idOf(0))).isZero();
    }
  }

  @Test
  void survivorsWithoutTheDeviceItself_areRefused() throws Exception {
    try (var round = round(false)) {
      round.startOthers();
      Change without =
          message -> UnmaskRequest.of(SurvivorSet.of(ALL, index -> index != own(round))).encode();
      assertViolation(
          round, end(round.start(0, changing("GET unmasking", without))), "SELF_NOT_ALIVE");
    }
  }

  private static int own(MaskedRound round) {
    return round.coordinator.roster().indexOf(round.idOf(0)).orElseThrow();
  }

  private static Change withoutOneOther(MaskedRound round, boolean announced) {
    return message -> {
      int other = (own(round) + 1) % ALL;
      SurvivorSet set = SurvivorSet.of(ALL, index -> index != other);
      return announced ? SurvivorsAnnounced.of(set).encode() : UnmaskRequest.of(set).encode();
    };
  }

  /** It would get both kinds of shares of the device that it says dropped. */
  @Test
  void secondRequestForOtherSurvivors_afterARestart_isRefusedForEver() throws Exception {
    try (var round = round(false)) {
      var others = round.startOthers();
      assertThat(end(round.start(0, transport -> Fault.killedAfter("POST unmasking", transport))))
          .isEmpty();
      for (var other : others) {
        end(other);
      }
      long answers = round.calls("POST unmasking", round.idOf(0));
      assertThat(answers).isEqualTo(1);

      var victim = end(round.start(0, changing("GET unmasking", withoutOneOther(round, false))));
      assertViolation(round, victim, "SURVIVORS_CHANGED");
      assertThat(round.calls("POST unmasking", round.idOf(0))).isEqualTo(answers);

      // Nor is there anything left to answer with.
      end(round.start(0));
      assertThat(round.calls("POST unmasking", round.idOf(0))).isEqualTo(answers);
    }
  }

  @Test
  void requestForOthersThanTheConfirmedSurvivors_isRefused() throws Exception {
    try (var round = round(true)) {
      round.startOthers();
      var victim = end(round.start(0, changing("POST survivors", withoutOneOther(round, false))));
      assertViolation(round, victim, "SURVIVORS_CHANGED");
    }
  }

  @Test
  void otherSurvivorsToConfirm_afterARestart_areRefused() throws Exception {
    try (var round = round(true)) {
      round.startOthers();
      assertThat(end(round.start(0, transport -> Fault.killedAfter("POST survivors", transport))))
          .isEmpty();
      long confirmations = round.calls("POST survivors", round.idOf(0));
      var victim = end(round.start(0, changing("GET survivors", withoutOneOther(round, true))));
      assertViolation(round, victim, "SURVIVORS_CHANGED");
      assertThat(round.calls("POST survivors", round.idOf(0))).isEqualTo(confirmations);
    }
  }

  @Test
  void termsBelowTheDevicesFloors_areRefusedBeforeAnyKeyIsMade() throws Exception {
    try (var round = round(true)) {
      var careful = PrivacyLimits.defaults().withMinimumCohort(3);
      assertThat(careful.floors().minimumSurvivors()).isEqualTo(3);
      var limits =
          new PrivacyLimits(
              1,
              10,
              Duration.ofDays(1),
              1000,
              PrivacyLimits.defaults().withMinimumCohort(4).floors());
      assertThat(end(round.start(round.device(0).privacyPolicy(limits))))
          .get()
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> {
                assertThat(dropped.code()).isEqualTo("refused-by-policy");
                assertThat(dropped.detail()).contains("minimum_survivors");
              });
      assertThat(round.coordinator.calls()).noneMatch(call -> call.startsWith("POST keys"));
    }
  }

  @Test
  void graphForAnHonestCoordinator_isRefusedByADeviceThatTrustsNone() throws Exception {
    try (var round =
        round(MaskingCoordinator.parameters(CipherSuite.CLASSIC, Adversary.SEMI_HONEST, false))) {
      var trusting = PrivacyLimits.defaults().withAssumptions(Adversary.SEMI_HONEST, 50_000, 40);
      for (int device = 1; device < ALL; device++) {
        var unused = round.start(round.device(device).privacyPolicy(trusting));
      }
      assertThat(end(round.start(round.device(0).privacyPolicy(PrivacyLimits.defaults()))))
          .get()
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> {
                assertThat(dropped.code()).isEqualTo("refused-by-policy");
                assertThat(dropped.detail()).startsWith("WEAK_TERMS: ");
              });
      assertThat(round.calls("POST shares", round.idOf(0))).isZero();
    }
  }

  @Test
  void plainRound_isRefusedUnlessItWasAllowed() throws Exception {
    try (var plain = new StubCoordinator();
        var client =
            FederatedClient.builder()
                .coordinator(plain.uri())
                .population("testers")
                .enrolmentToken(plain.enrolmentToken())
                .stateDirectory(folder)
                .trainer(new StepTrainer(20))
                .build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> {
                assertThat(dropped.code()).isEqualTo("refused-by-policy");
                assertThat(dropped.detail()).contains("sees each update");
              });
      assertThat(plain.failures()).hasSize(1);
      assertThat(plain.calls("PUT")).isZero();
    }
  }

  /** Somebody put another coordinator in the place of the one that the device trusts. */
  @Test
  void anotherAuthority_isRefusedWhenTheDeviceEnrolsAgain() throws Exception {
    try (var first = round(false)) {
      first.startOthers();
      end(first.start(0, transport -> Fault.killedBefore("POST keys", transport)));
    }
    Path state = folder.resolve("device-0");
    forgetEnrolment(state);
    try (var second = round(false)) {
      assertThat(end(second.start(0)))
          .get()
          .isInstanceOfSatisfying(
              Unavailable.class,
              refused -> {
                assertThat(refused.code()).isEqualTo("authority-changed");
                assertThat(refused.permanent()).isTrue();
                assertThat(refused.detail()).contains("delete the device's state directory");
              });
      assertThat(second.coordinator.calls()).isEmpty();
    }
  }

  private static void forgetEnrolment(Path state) {
    try (var store = FileSessionStore.open(state)) {
      var session = store.load().orElseThrow();
      store.save(session.notEnrolled().in(new DeviceState.Idle()));
      store.eraseStep();
    }
  }

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void certificateOfAnotherDevice_isRefusedWhenTheDeviceEnrols(CipherSuite of) throws Exception {
    try (var round = round(true)) {
      var foreign = new Credentials[1];
      end(
          round.start(
              round
                  .device(1)
                  .transport(
                      Fault.changing(
                          "POST devices",
                          round.coordinator,
                          ((Change)
                                  message -> {
                                    foreign[0] =
                                        EnrolResponse.decode(message).credentials().orElseThrow();
                                    return new EnrolResponse(
                                            1, EnrolResponse.decode(message).deviceId())
                                        .encode();
                                  })
                              .asOperator()))));
      Change swapped =
          message -> {
            EnrolResponse honest = EnrolResponse.decode(message);
            Credentials own = honest.credentials().orElseThrow();
            boolean classic = of == CipherSuite.CLASSIC;
            return new EnrolResponse(
                    1,
                    honest.deviceId(),
                    Optional.of(
                        new Credentials(
                            (classic ? own : foreign[0]).certificate(),
                            own.authorityKey(),
                            own.authorityPqKey(),
                            (classic ? foreign[0] : own).classicCertificate())))
                .encode();
          };
      assertThat(end(round.start(0, changing("POST devices", swapped))))
          .get()
          .isInstanceOfSatisfying(
              Unavailable.class,
              refused -> {
                assertThat(refused.code()).isEqualTo("bad-credentials");
                assertThat(refused.detail()).contains("of another key");
              });
    }
  }

  @Test
  void deviceWithoutCertificate_refusesTheRound_andEnrolsAgain() throws Exception {
    try (var round = round(false)) {
      Change without =
          message -> new EnrolResponse(1, EnrolResponse.decode(message).deviceId()).encode();
      assertThat(end(round.start(0, changing("POST devices", without))))
          .get()
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> assertThat(dropped.detail()).contains("has no certificate"));

      var others = round.startOthers();
      assertThat(end(round.start(0))).containsInstanceOf(ParticipationOutcome.TookPart.class);
      for (var other : others) {
        end(other);
      }
    }
  }
}
