package dev.tributary.aggregation.runtime.pytorch;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A program: prints by how many KiB its resident memory grows over a thousand rounds, after two
 * hundred to warm up.
 */
final class ThousandRounds {
  private ThousandRounds() {}

  public static void main(String[] arguments) throws IOException {
    Examples examples = PyTorchLocalModelTest.examplesFor(PyTorchLocalModelTest.CNN, 12);
    float[] weights = InitialWeights.of(PyTorchLocalModelTest.CNN, 1);
    long before = 0;
    try (LocalModel kept = new PyTorchModelRuntime().open(PyTorchLocalModelTest.CNN)) {
      for (int round = 0; round < 1200; round++) {
        if (round == 200) {
          before = residentKiB();
        }
        var plan = new TrainingParameters(1, 10, 0.01f, 0.5f);
        kept.train(weights, examples, plan, round);
        kept.evaluate(weights, examples);
        try (LocalModel fresh = new PyTorchModelRuntime().open(PyTorchLocalModelTest.CNN)) {
          fresh.train(weights, examples, plan, round);
        }
      }
    }
    System.out.println(residentKiB() - before);
  }

  /** Resident memory of this process, native included; 0 where the system does not tell. */
  private static long residentKiB() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }
}
