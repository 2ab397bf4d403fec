package dev.tributary.client.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {

  private static final Path SOURCE =
      Path.of("src/test/java/dev/tributary/client/documentation/TenLines.java");
  private static final Path SDK = Path.of("../docs/sdk.md");
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[\\w.]*(?:-SNAPSHOT)?)\\.jar");
  private static final Pattern ROW =
      Pattern.compile("^\\| ([a-z0-9-]+) \\| (\\d[\\w.]*) \\| (\\d+) \\|", Pattern.MULTILINE);

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "../docs/sdk.md"})
  void shownSnippet_isTheCompiledOne(String document) throws IOException {
    String shown =
        between(
            Files.readString(Path.of(document)), "<!-- snippet: ten-lines -->\n", "<!-- end -->");
    String compiled =
        between(Files.readString(SOURCE), "// begin: ten-lines\n", "\n    // end: ten-lines")
                .stripIndent()
            + "\n";
    assertThat(shown).isEqualTo("```java\n" + compiled + "```\n");
    assertThat(compiled.lines()).hasSize(10);
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin);
    int to = text.indexOf(end, from);
    assertThat(from).as("%s in the document", begin).isNotNegative();
    assertThat(to).as("%s in the document", end).isNotNegative();
    return text.substring(from + begin.length(), to);
  }

  /**
   * The build writes the class path that an application of the SDK gets; see the module's pom.xml.
   */
  @Test
  void listedDependencies_areThoseOfTheResolvedClassPath_withTheirSizes() throws IOException {
    var resolved = new TreeMap<String, String>();
    for (String element :
        Files.readString(Path.of("target/runtime-classpath.txt"))
            .strip()
            .split(File.pathSeparator, -1)) {
      Path jar = Path.of(element);
      Matcher name = JAR.matcher(String.valueOf(jar.getFileName()));
      if (Files.isRegularFile(jar) && name.matches() && !name.group(1).startsWith("tributary-")) {
        resolved.put(
            name.group(1), name.group(2) + " " + Math.round(Files.size(jar) / 1024.0) + " KiB");
      }
    }
    var listed = new TreeMap<String, String>();
    ROW.matcher(Files.readString(SDK))
        .results()
        .forEach(row -> listed.put(row.group(1), row.group(2) + " " + row.group(3) + " KiB"));

    assertThat(resolved).isNotEmpty();
    assertThat(listed).isEqualTo(resolved);
  }

  @Test
  void versionsOfOptionalDependencies_areThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String djl = between(pom, "<version.djl>", "</version.djl>");
    String pytorch = between(pom, "<version.pytorch>", "</version.pytorch>");
    String onnxruntime = between(pom, "<version.onnxruntime>", "</version.onnxruntime>");
    List<String> shown =
        Pattern.compile("<artifactId>([\\w-]+)</artifactId><version>([^<]+)</version>")
            .matcher(Files.readString(SDK))
            .results()
            .map(match -> match.group(1) + ":" + match.group(2))
            .toList();
    assertThat(shown)
        .containsExactly(
            "api:" + djl,
            "pytorch-engine:" + djl,
            "pytorch-jni:" + pytorch + "-" + djl,
            "pytorch-native-cpu:" + pytorch,
            "onnxruntime:" + onnxruntime);
  }

  @Test
  void everyLink_leadsToAFile() throws IOException {
    List<String> dead = new ArrayList<>();
    List<String> links =
        Pattern.compile("\\]\\(([^)#]+)\\)")
            .matcher(Files.readString(SDK))
            .results()
            .map((MatchResult match) -> match.group(1))
            .collect(Collectors.toList());
    for (String link : links) {
      if (!Files.exists(SDK.resolveSibling(link))) {
        dead.add(link);
      }
    }
    assertThat(links).isNotEmpty();
    assertThat(dead).isEmpty();
  }
}
