package dev.tributary.simulations.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.tributary.aggregation.offenders.AsksForTheTime;
import dev.tributary.aggregation.offenders.KnowsTheClient;
import dev.tributary.aggregation.offenders.OpensASocket;
import dev.tributary.aggregation.offenders.UsesAServer;
import dev.tributary.aggregation.offenders.UsesAnEngine;
import dev.tributary.client.offenders.KnowsTheCoordinator;
import dev.tributary.client.offenders.OpensASession;
import dev.tributary.coordinator.offenders.KnowsADevice;
import dev.tributary.coordinator.offenders.OffenderManager;
import dev.tributary.coordinator.offenders.half.OneHalf;
import dev.tributary.coordinator.offendersof.OtherHalf;
import dev.tributary.security.offenders.KnowsAggregation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

  private static final List<ArchRule> RULES = ArchitectureRules.ALL;

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.tributary");

  /** A rule and classes, kept among the tests, that break it. */
  record Offence(ArchRule rule, List<Class<?>> offenders) {

    Offence(ArchRule rule, Class<?>... offenders) {
      this(rule, List.of(offenders));
    }
  }

  static Stream<Offence> offences() {
    return Stream.of(
        new Offence(ArchitectureRules.SECURITY_KNOWS_NO_OTHER_MODULE, KnowsAggregation.class),
        new Offence(ArchitectureRules.AGGREGATION_KNOWS_ONLY_SECURITY, KnowsTheClient.class),
        new Offence(
            ArchitectureRules.CLIENT_DOES_NOT_SEE_THE_COORDINATOR, KnowsTheCoordinator.class),
        new Offence(ArchitectureRules.COORDINATOR_DOES_NOT_SEE_THE_CLIENT, KnowsADevice.class),
        new Offence(
            ArchitectureRules.SERVERS_ONLY_IN_COORDINATOR_AND_SIMULATIONS, UsesAServer.class),
        new Offence(
            ArchitectureRules.AGGREGATION_HAS_NO_NETWORK_AND_NO_DATABASE, OpensASocket.class),
        new Offence(ArchitectureRules.AGGREGATION_HAS_NO_CLOCK, AsksForTheTime.class),
        new Offence(ArchitectureRules.DEEP_LEARNING_ENGINE_ONLY_IN_THE_RUNTIME, UsesAnEngine.class),
        new Offence(
            ArchitectureRules.ONNX_RUNTIME_ONLY_WHERE_MODELS_ARE_LOADED, OpensASession.class),
        new Offence(ArchitectureRules.NAMES_SAY_WHAT_A_CLASS_IS, OffenderManager.class),
        new Offence(ArchitectureRules.NO_CYCLES_BETWEEN_PACKAGES, OneHalf.class, OtherHalf.class));
  }

  @ParameterizedTest
  @FieldSource("RULES")
  void production_keepsTheRule(ArchRule rule) {
    rule.check(PRODUCTION);
  }

  @ParameterizedTest
  @MethodSource("offences")
  void offender_isCaughtByTheRule(Offence offence) {
    JavaClasses offenders = new ClassFileImporter().importClasses(offence.offenders());
    assertThat(offence.rule().evaluate(offenders).hasViolation()).isTrue();
  }

  @Test
  void everyRule_hasAnOffender() {
    assertThat(offences().map(Offence::rule)).containsExactlyElementsOf(RULES);
  }

  @Test
  void everyModule_isUnderTheRules() {
    Set<String> modules =
        PRODUCTION.stream()
            .map(candidate -> candidate.getPackageName().split("\\.", -1)[2])
            .collect(Collectors.toSet());
    assertThat(modules)
        .containsExactlyInAnyOrder(
            "security", "aggregation", "client", "coordinator", "simulations");
  }
}
