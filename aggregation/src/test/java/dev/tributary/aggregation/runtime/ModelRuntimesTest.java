package dev.tributary.aggregation.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRuntimesTest {

  @Test
  void auto_prefersJavaWhereItKnowsTheLayers() {
    assertThat(ModelRuntimes.forSpec(Specs.mlp(4, 3, "relu", 2), "auto").name()).isEqualTo("java");
    assertThat(ModelRuntimes.forSpec(Specs.fedAvgCnn(), "auto").name()).isEqualTo("pytorch");
    assertThat(ModelRuntimes.forSpec(Specs.mlp(4, 3, "relu", 2), "pytorch").name())
        .isEqualTo("pytorch");
    assertThat(ModelRuntimes.names()).containsExactly("java", "pytorch");
  }

  @Test
  void whatJavaDoesNotKnow_isRefusedWithARemedy() {
    assertThatThrownBy(() -> ModelRuntimes.forSpec(Specs.fedAvgCnn(), "java"))
        .hasMessageContaining("conv2d")
        .hasMessageContaining("pytorch-native-cpu");
    assertThatThrownBy(() -> ModelRuntimes.forSpec(Specs.fedAvgCnn(), "tensorflow"))
        .hasMessageContaining("'tensorflow' is not known");
  }

  /** The same classes in a loader of their own that finds no DJL: a device without it. */
  @Test
  void withoutDjlOnTheClassPath_thereIsOnlyJava() throws Exception {
    List<URL> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("djl") && !entry.contains("pytorch"))
            .map(entry -> url(Path.of(entry)))
            .toList();
    try (var loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> runtimes = loader.loadClass(ModelRuntimes.class.getName());
      assertThat(runtimes.getMethod("names").invoke(null)).isEqualTo(List.of("java"));
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (java.net.MalformedURLException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
