package dev.tributary.aggregation.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelsChoiceTest {

  private static final String MODULE = "jdk.incubator.vector";

  /** Prints the provider that a fresh process chooses. */
  static final class Probe {

    private Probe() {}

    public static void main(String[] arguments) {
      System.out.println("chosen=" + Kernels.chosen().name());
    }
  }

  @Test
  void whereVectorsAreWideEnough_theVectorProviderIsChosen() {
    assertThat(ModuleLayer.boot().findModule(MODULE))
        .as("the build runs tests with --add-modules %s", MODULE)
        .isPresent();
    String expected = VectorKernels.fitsThisMachine() ? "vector-" : "scalar";

    assertThat(Kernels.chosen().name()).startsWith(expected);
  }

  @Test
  void withoutTheModule_theScalarTwinIsChosen() throws Exception {
    assertThat(chosenBy()).contains("chosen=scalar");
  }

  @Test
  void withTheModule_aFreshProcessChoosesWhatThisOneDid() throws Exception {
    assertThat(chosenBy("--add-modules", MODULE)).contains("chosen=" + Kernels.chosen().name());
  }

  @Test
  void vectorsDemandedButAbsent_failsAndSaysWhatToAdd() throws Exception {
    assertThat(chosenBy("-D" + Kernels.PROPERTY + "=vector"))
        .doesNotContain("chosen=")
        .contains("--add-modules");
  }

  @Test
  void scalarDemanded_isScalar() {
    assertThat(Kernels.choose("scalar")).isSameAs(Kernels.scalar());
  }

  @Test
  void unknownDemand_isRefused() {
    assertThatThrownBy(() -> Kernels.choose("fast"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auto, scalar or vector")
        .hasMessageContaining("fast");
  }

  private static String chosenBy(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
