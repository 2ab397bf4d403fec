package dev.tributary.aggregation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ModelSpecificationDocumentTest {

  @Test
  void theExamplesOfTheDocument_areModelsOfTheSizeItSays() throws IOException {
    String document = Files.readString(Path.of("../docs/model-specification.md"));
    List<Integer> parameters =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
            .matcher(document)
            .results()
            .map(match -> ModelSpec.fromJson(match.group(1)).layout().dimension())
            .toList();
    assertThat(parameters).containsExactly(17, 101_770, 1_663_370, 819_920);
    assertThat(document)
        .contains(
            "17 parameters", "101 770 parameters", "1 663 370 parameters", "819 920 parameters");
  }
}
