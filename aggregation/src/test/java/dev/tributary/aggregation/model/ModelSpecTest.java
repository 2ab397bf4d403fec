package dev.tributary.aggregation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.runtime.Specs;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecTest {
  private static final String MLP =
      "{\"format\":\"tributary-model/1\",\"input\":[784],\"layers\":[{\"type\":\"linear\",\"units\":128},"
          + "{\"type\":\"relu\"},{\"type\":\"linear\",\"units\":10}],\"loss\":\"softmax-cross-entropy\",\"classes\":10}";

  private static ModelSpec with(String input, String layers, String loss, int classes) {
    return ModelSpec.fromJson(
        "{'format':'tributary-model/1','input':%s,'layers':[%s],'loss':'%s','classes':%d}"
            .formatted(input, layers, loss, classes)
            .replace('\'', '"'));
  }

  private static ModelSpec layers(String input, String layers) {
    return with(input, layers, "softmax-cross-entropy", 10);
  }

  @Test
  void anMlp_hasPyTorchsNamesAndShapes() {
    ModelSpec spec = ModelSpec.fromJson(MLP);
    assertThat(spec.layout())
        .isEqualTo(
            ModelLayout.of(
                TensorSpec.of("0.weight", 128, 784),
                TensorSpec.of("0.bias", 128),
                TensorSpec.of("2.weight", 10, 128),
                TensorSpec.of("2.bias", 10)));
    assertThat(spec.layout().dimension()).isEqualTo(101_770);
  }

  @Test
  void theCnnOfTheFedAvgPaper_hasItsShapesAndCount() {
    ModelSpec spec = Specs.fedAvgCnn();
    assertThat(spec.shapes().toString())
        .isEqualTo(
            "[[1, 28, 28], [32, 28, 28], [32, 28, 28], [32, 14, 14], [64, 14, 14], [64, 14, 14], [64, 7, 7],"
                + " [3136], [512], [512], [10]]");
    assertThat(spec.layout().dimension()).isEqualTo(1_663_370);
  }

  @Test
  void recurrentLayers_haveTheTensorsOfPyTorch() {
    ModelSpec spec =
        with(
            "[80]",
            "{'type':'embedding','vocabulary':90,'size':8},{'type':'lstm','hidden':256,'layers':2},{'type':'last-step'},"
                + "{'type':'linear','units':90}",
            "softmax-cross-entropy",
            90);
    assertThat(spec.layout())
        .isEqualTo(
            ModelLayout.of(
                TensorSpec.of("0.weight", 90, 8),
                TensorSpec.of("1.weight_ih_l0", 1024, 8),
                TensorSpec.of("1.weight_hh_l0", 1024, 256),
                TensorSpec.of("1.bias_ih_l0", 1024),
                TensorSpec.of("1.bias_hh_l0", 1024),
                TensorSpec.of("1.weight_ih_l1", 1024, 256),
                TensorSpec.of("1.weight_hh_l1", 1024, 256),
                TensorSpec.of("1.bias_ih_l1", 1024),
                TensorSpec.of("1.bias_hh_l1", 1024),
                TensorSpec.of("3.weight", 90, 256),
                TensorSpec.of("3.bias", 90)));
    ModelSpec gru =
        layers(
            "[5,3]", "{'type':'gru','hidden':4},{'type':'flatten'},{'type':'linear','units':10}");
    assertThat(gru.layout().tensors().get(0)).isEqualTo(TensorSpec.of("0.weight_ih_l0", 12, 3));
  }

  @Test
  void canonicalJson_isAFixedPoint_andWritesDefaults() {
    assertThat(ModelSpec.fromJson(MLP).canonicalJson()).isEqualTo(MLP);
    String canonical = Specs.fedAvgCnn().canonicalJson();
    assertThat(canonical)
        .contains("{\"type\":\"conv2d\",\"filters\":32,\"kernel\":5,\"padding\":2,\"stride\":1}");
    assertThat(canonical).contains("{\"type\":\"maxpool2d\",\"kernel\":2,\"stride\":2}");
    assertThat(ModelSpec.fromJson(canonical)).isEqualTo(Specs.fedAvgCnn());
    assertThat(ModelSpec.fromJson(canonical).canonicalJson()).isEqualTo(canonical);
  }

  @Test
  void canonicalJson_isTheSameInEveryCountry() {
    ModelSpec spec = ModelSpec.fromJson(MLP);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab")); // writes numbers in other digits
    try {
      assertThat(spec.canonicalJson()).isEqualTo(MLP);
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type':'linear','unit':10} | 'layers[0] (linear).units' is missing; there is an unknown key 'unit'
          {'type':'linear','units':10,'bais':1} | unknown key 'layers[0] (linear).bais'
          {'type':'linnear','units':10} | layers[0].type: unknown 'linnear'; did you mean 'linear'?
          {'type':'dropout'} | layers[0].type: unknown 'dropout'; known: conv2d, embedding, flatten
          {'units':10} | 'layers[0].type' is missing
          {'type':'linear','units':0} | layers[0] (linear): units is 0; it is at least 1
          {'type':'linear','units':1.5} | layers[0] (linear).units is a whole number of at most 32 bits, not 1.5
          {'type':'linear','units':'10'} | layers[0] (linear).units is a whole number of at most 32 bits, not the text "10"
          {'type':'linear','units':99999999999} | layers[0] (linear).units is a whole number of at most 32 bits
          {'type':'linear','units':9} | layers[0] (linear) gives the shape [9], but the loss softmax-cross-entropy
          {'type':'relu'},{'type':'conv2d','filters':3,'kernel':3} | layers[1] (conv2d): it takes an image
          {'type':'lstm','hidden':3} | layers[0] (lstm): it takes a sequence [steps, values] but the input has the shape [784]; put an embedding
          {'type':'last-step'} | layers[0] (last-step): it takes a sequence
          {'type':'relu'},{'type':'embedding','vocabulary':3,'size':2} | layers[1] (embedding): an embedding is only ever the first
          [3] | layers[0] is a JSON object, not a list
          null | layers[0] is a JSON object, not null
          {'type':'linear','units':2000000000} | layers[0] (linear): the shape [2000000000] has more than
          {'type':'linear','units':262144},{'type':'linear','units':1000},{'type':'linear','units':10} | parameters; at most
          """)
  void anImpossibleLayer_isRefusedByName(String layers, String message) {
    assertThatThrownBy(() -> layers("[784]", layers))
        .isInstanceOf(ModelSpecException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type':'linear','units':10} | layers[0] (linear): it takes a vector [n] but the input has the shape [1, 6, 6]; put a flatten
          {'type':'conv2d','filters':3,'kernel':7} | layers[0] (conv2d): a kernel of 7 does not fit the height of 6
          {'type':'conv2d','filters':3,'kernel':3,'padding':3} | layers[0] (conv2d): padding is 3; it is below the kernel of 3
          {'type':'maxpool2d','kernel':8} | layers[0] (maxpool2d): a kernel of 8 does not fit
          {'type':'maxpool2d','kernel':2,'stride':0} | layers[0] (maxpool2d): stride is 0
          {'type':'flatten'} | gives the shape [36], but the loss
          """)
  void anImageLayerThatDoesNotFit_isRefusedByName(String layers, String message) {
    assertThatThrownBy(() -> layers("[1,6,6]", layers))
        .isInstanceOf(ModelSpecException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"format":"tributary-model/2","input":[1],"layers":[],"loss":"x","classes":2} | format is 'tributary-model/2'
          {"format":"tributary-model/1","input":[1],"layers":[],"loss":"x","clases":2} | 'classes' is missing; there is an unknown key 'clases'
          {"format":"tributary-model/1","input":[0],"layers":[],"loss":"softmax-cross-entropy","classes":2} | input: the shape [0] has an extent of 0
          {"format":"tributary-model/1","input":[1],"layers":[],"loss":"softmax","classes":2} | loss: unknown 'softmax'
          {"format":"tributary-model/1","input":[1],"layers":[],"loss":"softmax-cross-entropy","classes":2} | layers: a model has 1 to 64 of them, not 0
          {"format":"a","format":"b"} | not JSON: Duplicate field 'format'
          {} {} | followed by more text
          {"format":"a" | not JSON
          [1] | the text is a JSON object, not a list
          """)
  void aTextThatIsNoSpecification_isRefused(String json, String message) {
    assertThatThrownBy(() -> ModelSpec.fromJson(json))
        .isInstanceOf(ModelSpecException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theSigmoidLoss_takesOneOutputAndTwoClasses() {
    String sigmoid = "sigmoid-binary-cross-entropy";
    assertThat(with("[16]", "{'type':'linear','units':1}", sigmoid, 2).outputs()).isEqualTo(1);
    assertThatThrownBy(() -> with("[16]", "{'type':'linear','units':1}", sigmoid, 3))
        .hasMessageContaining("tells 2 apart");
    assertThatThrownBy(() -> with("[16]", "{'type':'linear','units':2}", sigmoid, 2))
        .hasMessageContaining("needs [1]");
  }

  /** Whatever a stranger sends, only the declared exception comes out. */
  @Test
  void damagedText_failsOnlyInTheDeclaredWay() {
    Random random = new Random(1);
    String valid = Specs.fedAvgCnn().canonicalJson();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder damaged = new StringBuilder(valid);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.setCharAt(at, "{}[]\",:0123456789-.eE\\ntu".charAt(random.nextInt(25)));
          case 1 -> damaged.deleteCharAt(at);
          default -> damaged.insert(at, valid, 0, random.nextInt(20));
        }
      }
      try {
        ModelSpec.fromJson(damaged.toString());
      } catch (ModelSpecException declared) {
        assertThat(declared.getMessage()).isNotBlank();
      }
    }
  }
}
