package dev.tributary.simulations.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.tools.ToolProvider;

/**
 * The fail point that kills, compiled from {@code recovery/FailPoint.java.txt} into a folder that
 * goes first on the class path of a coordinator that is to die. On no class path of the build.
 */
final class CompiledFailPoint {

  private CompiledFailPoint() {}

  /** Compiles it into this folder. */
  static Path into(Path folder) throws IOException {
    Path source = Files.createDirectories(folder).resolve("FailPoint.java");
    try (InputStream text =
        Objects.requireNonNull(
            CompiledFailPoint.class.getResourceAsStream("/recovery/FailPoint.java.txt"))) {
      Files.write(source, text.readAllBytes());
    }
    var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    int failed =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            folder.toString(),
            "-encoding",
            StandardCharsets.UTF_8.name(),
            "-d",
            folder.toString(),
            source.toString());
    if (failed != 0) {
      throw new AssertionError("the test's fail point does not compile");
    }
    return folder;
  }
}
