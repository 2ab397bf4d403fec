package dev.tributary.simulations.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The ceilings on a file and on a package. The aim is lower: 300 lines, better 120; 12 files. */
class SourceSizeTest {

  private static final Path CHECKOUT = Path.of("..");
  private static final long MAX_LINES = 400;
  private static final long MAX_FILES_IN_PACKAGE = 14;

  @Test
  void productionFile_isReadInOneSitting() throws IOException {
    assertThat(productionSources())
        .isNotEmpty()
        .allSatisfy(
            file ->
                assertThat(lineCountOf(file)).as("%s lines", file).isLessThanOrEqualTo(MAX_LINES));
  }

  @Test
  void productionPackage_isSeenAtOnce() throws IOException {
    Map<Path, Long> filesByPackage =
        productionSources().stream()
            .filter(file -> !file.endsWith("package-info.java"))
            .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
    assertThat(filesByPackage)
        .allSatisfy(
            (directory, count) ->
                assertThat(count)
                    .as("files in %s", directory)
                    .isLessThanOrEqualTo(MAX_FILES_IN_PACKAGE));
  }

  private static List<Path> productionSources() throws IOException {
    try (Stream<Path> modules = Files.list(CHECKOUT)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(SourceSizeTest::javaFilesBelow)
          .toList();
    }
  }

  private static Stream<Path> javaFilesBelow(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lineCountOf(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
