package dev.tributary.simulations.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of docs/adr and of the module diagram, as something that fails. Packages tell the
 * module of a class: {@code dev.tributary.client} is the client SDK.
 */
final class ArchitectureRules {

  private static final String SECURITY = "dev.tributary.security..";
  private static final String AGGREGATION = "dev.tributary.aggregation..";
  private static final String CLIENT = "dev.tributary.client..";
  private static final String COORDINATOR = "dev.tributary.coordinator..";
  private static final String SIMULATIONS = "dev.tributary.simulations..";

  static final ArchRule SECURITY_KNOWS_NO_OTHER_MODULE =
      noClasses()
          .that()
          .resideInAPackage(SECURITY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(AGGREGATION, CLIENT, COORDINATOR, SIMULATIONS);

  static final ArchRule AGGREGATION_KNOWS_ONLY_SECURITY =
      noClasses()
          .that()
          .resideInAPackage(AGGREGATION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLIENT, COORDINATOR, SIMULATIONS);

  static final ArchRule CLIENT_DOES_NOT_SEE_THE_COORDINATOR =
      noClasses()
          .that()
          .resideInAPackage(CLIENT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COORDINATOR, SIMULATIONS);

  static final ArchRule COORDINATOR_DOES_NOT_SEE_THE_CLIENT =
      noClasses()
          .that()
          .resideInAPackage(COORDINATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLIENT, SIMULATIONS);

  static final ArchRule SERVERS_ONLY_IN_COORDINATOR_AND_SIMULATIONS =
      noClasses()
          .that(not(resideInAnyPackage(COORDINATOR, SIMULATIONS)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "com.hazelcast..");

  static final ArchRule AGGREGATION_HAS_NO_NETWORK_AND_NO_DATABASE =
      noClasses()
          .that()
          .resideInAPackage(AGGREGATION)
          .should()
          .dependOnClassesThat(isNetworkOrDatabase());

  static final ArchRule AGGREGATION_HAS_NO_CLOCK =
      noClasses()
          .that()
          .resideInAPackage(AGGREGATION)
          .should()
          .callMethodWhere(readsTheClock())
          .because("time is an argument");

  static final ArchRule DEEP_LEARNING_ENGINE_ONLY_IN_THE_RUNTIME =
      noClasses()
          .that(not(resideInAnyPackage("dev.tributary.aggregation.runtime..", SIMULATIONS)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("it is an optional dependency: everything else works without it");

  static final ArchRule ONNX_RUNTIME_ONLY_WHERE_MODELS_ARE_LOADED =
      noClasses()
          .that(not(resideInAnyPackage("dev.tributary.client.model.artifact", SIMULATIONS)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..")
          .because("it is an optional dependency: everything else works without it");

  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      classes()
          .should()
          .haveNameNotMatching(".*(Manager|Helper|Utils?|Impl)")
          .because("an agent noun for a stage, a past participle for its output");

  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().assignedFrom(new ByPackageOfItsModule()).should().beFreeOfCycles();

  static final List<ArchRule> ALL =
      List.of(
          SECURITY_KNOWS_NO_OTHER_MODULE,
          AGGREGATION_KNOWS_ONLY_SECURITY,
          CLIENT_DOES_NOT_SEE_THE_COORDINATOR,
          COORDINATOR_DOES_NOT_SEE_THE_CLIENT,
          SERVERS_ONLY_IN_COORDINATOR_AND_SIMULATIONS,
          AGGREGATION_HAS_NO_NETWORK_AND_NO_DATABASE,
          AGGREGATION_HAS_NO_CLOCK,
          DEEP_LEARNING_ENGINE_ONLY_IN_THE_RUNTIME,
          ONNX_RUNTIME_ONLY_WHERE_MODELS_ARE_LOADED,
          NAMES_SAY_WHAT_A_CLASS_IS,
          NO_CYCLES_BETWEEN_PACKAGES);

  private ArchitectureRules() {}

  private static DescribedPredicate<JavaClass> isNetworkOrDatabase() {
    Pattern network =
        Pattern.compile(
            "java\\.net\\.(http\\..*|.*Socket.*|.*URLConnection.*|InetAddress|InetSocketAddress)"
                + "|java\\.nio\\.channels\\..*(Socket|Datagram).*");
    return resideInAnyPackage(
            "java.sql..", "javax.sql..", "javax.net..", "io.netty..", "org.sqlite..")
        .or(
            DescribedPredicate.describe(
                "are network classes of the JDK",
                candidate -> network.matcher(candidate.getName()).matches()));
  }

  private static DescribedPredicate<JavaMethodCall> readsTheClock() {
    return DescribedPredicate.describe("reads the clock", call -> isClockReading(call.getTarget()));
  }

  private static boolean isClockReading(MethodCallTarget target) {
    String name = target.getName();
    String owner = target.getOwner().getName();
    return switch (owner) {
      case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
      case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
      default -> owner.startsWith("java.time.") && name.equals("now");
    };
  }

  /**
   * One slice for each package directly below a module's base package; what lies deeper belongs to
   * it. A module's base package is a slice of its own.
   */
  private static final class ByPackageOfItsModule implements SliceAssignment {

    private static final Pattern PACKAGE =
        Pattern.compile("(dev\\.tributary\\.\\w+(?:\\.\\w+)?).*");

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass candidate) {
      Matcher matcher = PACKAGE.matcher(candidate.getPackageName());
      return matcher.matches() ? SliceIdentifier.of(matcher.group(1)) : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages of a module";
    }
  }
}
