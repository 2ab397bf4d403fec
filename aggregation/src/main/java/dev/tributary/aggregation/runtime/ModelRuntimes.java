package dev.tributary.aggregation.runtime;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.network.JavaModelRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Chooses the runtime of a model: the pure Java one, which is always there, or one found on the
 * class path.
 */
public final class ModelRuntimes {
  /** Java when it knows the layers, else whatever is on the class path and does. */
  public static final String AUTO = "auto";

  private ModelRuntimes() {}

  /**
   * The runtime to compute a model with.
   *
   * @param preference {@code auto}, {@code java} or {@code pytorch}
   * @throws IllegalArgumentException when none fits; says which there are and what to add
   */
  public static ModelRuntime forSpec(ModelSpec spec, String preference) {
    List<ModelRuntime> available = available();
    for (ModelRuntime runtime : available) {
      if ((preference.equals(AUTO) || preference.equals(runtime.name()))
          && runtime.supports(spec)) {
        return runtime;
      }
    }
    throw new IllegalArgumentException(refusal(spec, preference, available));
  }

  /** The names of the runtimes there are on this machine, {@code java} first. */
  public static List<String> names() {
    return available().stream().map(ModelRuntime::name).toList();
  }

  private static List<ModelRuntime> available() {
    var runtimes = new ArrayList<ModelRuntime>();
    runtimes.add(new JavaModelRuntime());
    ServiceLoader.load(ModelRuntime.class, ModelRuntimes.class.getClassLoader()).stream()
        .forEach(provider -> addWhenUsable(provider, runtimes));
    return List.copyOf(runtimes);
  }

  /**
   * A provider whose library is not on the class path fails to link; that makes it absent, not
   * broken.
   */
  private static void addWhenUsable(
      ServiceLoader.Provider<ModelRuntime> provider, List<ModelRuntime> runtimes) {
    try {
      runtimes.add(provider.get());
    } catch (ServiceConfigurationError failed) {
      if (!(failed.getCause() instanceof LinkageError)) {
        throw failed;
      }
    }
  }

  private static String refusal(ModelSpec spec, String preference, List<ModelRuntime> available) {
    String names = available.stream().map(ModelRuntime::name).collect(Collectors.joining(", "));
    String layers =
        spec.layers().stream()
            .map(layer -> layer.type())
            .distinct()
            .collect(Collectors.joining(", "));
    boolean known =
        preference.equals(AUTO) || preference.equals("java") || preference.equals("pytorch");
    if (!known) {
      return "runtime '" + preference + "' is not known; there are auto, java and pytorch";
    }
    return "no runtime for a model of the layers "
        + layers
        + " with the preference '"
        + preference
        + "' (on the class path: "
        + names
        + "); convolutional and recurrent models need pytorch: add"
        + " ai.djl.pytorch:pytorch-engine, pytorch-jni and pytorch-native-cpu to the class path";
  }
}
