package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.optimize.GridStep;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder with the versions of a run: {@code N.safetensors}, and {@code N.step} with factor and
 * learning rate of the server step that made it.
 */
final class KeptVersions {

  private final Path folder;

  KeptVersions(Path folder) {
    this.folder = folder;
  }

  /** A version and how the server got there. */
  record Version(ModelState model, Optional<GridStep> step) {}

  /** Whether a run has been kept here. */
  boolean isFilled() {
    return Files.exists(model(0));
  }

  void keep(int number, Version version) {
    try {
      Files.createDirectories(folder);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(model(number)))) {
        Safetensors.write(version.model(), out);
      }
      if (version.step().isPresent()) {
        GridStep step = version.step().get();
        Files.writeString(step(number), step.factor() + " " + step.learningRate());
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /** A version; empty after the last. */
  Optional<Version> read(int number) {
    if (!Files.exists(model(number))) {
      return Optional.empty();
    }
    try {
      ModelState model = Safetensors.read(model(number));
      if (!Files.exists(step(number))) {
        return Optional.of(new Version(model, Optional.empty()));
      }
      String[] numbers = Files.readString(step(number)).strip().split(" ", 2);
      var step = new GridStep(Double.parseDouble(numbers[0]), Float.parseFloat(numbers[1]));
      return Optional.of(new Version(model, Optional.of(step)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private Path model(int number) {
    return folder.resolve(number + ".safetensors");
  }

  private Path step(int number) {
    return folder.resolve(number + ".step");
  }
}
