package dev.tributary.simulations.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test that the build does not pick by its name is never run, and nobody sees that it is not. */
class TestNamesTest {

  private static final Path CHECKOUT = Path.of("..");
  private static final Pattern TESTED =
      Pattern.compile("^ +@(Test|ParameterizedTest|Property|RepeatedTest)\\b", Pattern.MULTILINE);

  @Test
  void fileWithTests_isNamedSoThatTheyRun() throws IOException {
    List<Path> withTests = filesWithTests();
    assertThat(withTests).hasSizeGreaterThan(100);
    assertThat(withTests)
        .allSatisfy(file -> assertThat(String.valueOf(file.getFileName())).endsWith("Test.java"));
  }

  private static List<Path> filesWithTests() throws IOException {
    try (Stream<Path> modules = Files.list(CHECKOUT)) {
      List<Path> roots =
          modules
              .map(module -> module.resolve("src").resolve("test").resolve("java"))
              .filter(Files::isDirectory)
              .toList();
      List<Path> found = new ArrayList<>();
      for (Path root : roots) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
            if (TESTED.matcher(Files.readString(file)).find()) {
              found.add(file);
            }
          }
        }
      }
      return found;
    }
  }
}
