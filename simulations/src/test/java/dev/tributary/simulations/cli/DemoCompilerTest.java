package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The list of what C2 compiles in a demo. The JVM does not complain of a name that nothing has: a
 * class that was moved would only be slow.
 */
class DemoCompilerTest {

  private static final Path DIRECTIVES = Path.of("src/main/launcher/demo-compiler.json");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private static List<String> patterns() throws Exception {
    List<String> patterns = new ArrayList<>();
    for (JsonNode directive : MAPPER.readTree(Files.readString(DIRECTIVES))) {
      JsonNode match = directive.required("match");
      if (match.isTextual()) {
        patterns.add(match.textValue());
      } else {
        match.forEach(each -> patterns.add(each.textValue()));
      }
    }
    return patterns;
  }

  private static boolean isThere(String pattern) {
    String type = pattern.substring(0, pattern.lastIndexOf('.'));
    if (type.equals("*")) {
      return true;
    }
    String folder = type.substring(0, type.lastIndexOf('/'));
    return type.endsWith("/*")
        ? hasClasses(folder)
        : hasMethod(type.replace('/', '.'), pattern.substring(pattern.lastIndexOf('.') + 1));
  }

  private static boolean hasClasses(String folder) {
    boolean ofTheJdk =
        ModuleLayer.boot().modules().stream()
            .anyMatch(module -> module.getPackages().contains(folder.replace('/', '.')));
    return ofTheJdk || DemoCompilerTest.class.getClassLoader().getResource(folder) != null;
  }

  private static boolean hasMethod(String type, String method) {
    try {
      Class<?> there = Class.forName(type, false, DemoCompilerTest.class.getClassLoader());
      return method.equals("*")
          || Arrays.stream(there.getDeclaredMethods()).anyMatch(m -> m.getName().equals(method));
    } catch (ClassNotFoundException missing) {
      return false;
    }
  }

  @Test
  void everyPattern_namesClassesThatExist() throws Exception {
    assertThat(patterns()).hasSizeGreaterThan(10).allMatch(DemoCompilerTest::isThere);
  }

  @Test
  void misspeltPattern_isSeen() {
    assertThat(
            Stream.of(
                "dev/tributary/aggregation/kernel/*.*",
                "com/sun/crypto/provider/AES.*",
                "sun/security/provider/SHA2.implRest"))
        .noneMatch(DemoCompilerTest::isThere);
  }
}
