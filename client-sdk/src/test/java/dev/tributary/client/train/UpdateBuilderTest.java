package dev.tributary.client.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.EvaluationEncoding;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.testing.StepTrainer;
import dev.tributary.client.testing.StubCoordinator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpdateBuilderTest {

  private static final RoundManifest TRAINING =
      StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
  private static final ModelState MODEL = StubCoordinator.MODEL;
  private static final RoundSeeds SEEDS = new RoundSeeds(1, new byte[32]);

  private static AggregateSum sumOf(MaskedUpdate... updates) throws IOException {
    RoundProtocol plain = RoundProtocol.of(ProtocolKind.PLAIN);
    QuantizationParameters arithmetic = updates[0].parameters();
    MaskedAccumulator accumulator = plain.newAccumulator(arithmetic);
    for (MaskedUpdate update : updates) {
      accumulator.add(update.source());
    }
    return plain.unmasker(arithmetic, List.of(), 1).unmask(accumulator.sum());
  }

  private static RoundManifest evaluation(int classes) {
    return new RoundManifest(
        TRAINING.roundId(),
        RoundKind.EVALUATION,
        TRAINING.protocol(),
        TRAINING.population(),
        TRAINING.modelDigest(),
        TRAINING.modelBytes(),
        TRAINING.modelSpecJson(),
        QuantizationParameters.forEvaluation(classes, 10),
        Optional.empty(),
        5,
        3,
        60_000);
  }

  @Test
  void sumOfUpdates_isTheWeightedMeanOfWhatTheDevicesLearned() throws Exception {
    MaskedUpdate many =
        new UpdateBuilder(new StepTrainer(100)).build(TRAINING, MODEL, SEEDS).masked();
    MaskedUpdate few =
        new UpdateBuilder(new StepTrainer(25)).build(TRAINING, MODEL, SEEDS).masked();

    var mean = new Dequantizer(TRAINING.quantization()).dequantize(sumOf(many, few));

    // Both moved weight i by i / 8; one step of the arithmetic is 4 / 32767.
    for (int i = 0; i < 9; i++) {
      assertThat(mean.mean()[i]).isCloseTo(i / 8f, within(0.001f));
    }
    assertThat(mean.totalWeight()).isCloseTo(1.25, within(0.0001));
  }

  @Test
  void sameSeeds_giveTheSameBytes_otherSeedsOtherRounding() throws Exception {
    var builder = new UpdateBuilder(new StepTrainer(30));
    byte[] first = builder.build(TRAINING, MODEL, SEEDS).masked().packed();
    byte[] otherSeed = new byte[32];
    otherSeed[0] = 1;
    assertThat(builder.build(TRAINING, MODEL, SEEDS).masked().packed()).isEqualTo(first);
    assertThat(builder.build(TRAINING, MODEL, new RoundSeeds(1, otherSeed)).masked().packed())
        .isNotEqualTo(first);
  }

  @Test
  void globalModel_isNotTouched() throws Exception {
    float[] before = MODEL.copyOfValues();
    new UpdateBuilder(new StepTrainer(30)).build(TRAINING, MODEL, SEEDS);
    assertThat(MODEL.values()).isEqualTo(before);
  }

  @Test
  void sumOfEvaluations_isTheExactEvaluationOfAllExamples() throws Exception {
    var builder = new UpdateBuilder(new StepTrainer(30));
    MaskedUpdate one = builder.build(evaluation(3), MODEL, SEEDS).masked();
    MaskedUpdate two = builder.build(evaluation(3), MODEL, SEEDS).masked();
    Evaluation all = EvaluationEncoding.decode(sumOf(one, two));
    assertThat(all.examples()).isEqualTo(6);
    assertThat(all.lossSum()).isEqualTo(3.0);
    assertThat(all.confusion().count(2, 1)).isEqualTo(2);
  }

  @Test
  void evaluationOfOtherClasses_isAFailure_notACrash() {
    assertThatThrownBy(
            () -> new UpdateBuilder(new StepTrainer(30)).build(evaluation(4), MODEL, SEEDS))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("cannot be summed");
  }

  @Test
  void divergedTraining_isAFailure_andNothingOfItLeaves() {
    var diverging = new StepTrainer(30, Float.NaN);
    assertThatThrownBy(() -> new UpdateBuilder(diverging).build(TRAINING, MODEL, SEEDS))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("finite");
  }

  @Test
  void modelOfOtherTensorsThanTheSpecification_isRefusedBeforeTraining() {
    var trainer = new StepTrainer(30);
    var other =
        new ModelState(ModelLayout.of(new TensorSpec("weights", new int[] {9})), new float[9]);
    assertThatThrownBy(() -> new UpdateBuilder(trainer).build(TRAINING, other, SEEDS))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("other tensors");
    assertThat(trainer.trainings()).isZero();
  }

  @Test
  void manifestThatQuantisesAnotherSize_isRefusedBeforeTraining() {
    var trainer = new StepTrainer(30);
    var wrong =
        new RoundManifest(
            TRAINING.roundId(),
            TRAINING.kind(),
            TRAINING.protocol(),
            TRAINING.population(),
            TRAINING.modelDigest(),
            TRAINING.modelBytes(),
            TRAINING.modelSpecJson(),
            QuantizationParameters.forTraining(10, 16, 10f, 4f, 100, 10),
            TRAINING.training(),
            5,
            3,
            60_000);
    assertThatThrownBy(() -> new UpdateBuilder(trainer).build(wrong, MODEL, SEEDS))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageContaining("quantises 10 parameters");
    assertThat(trainer.trainings()).isZero();
  }

  @Test
  void runtimeTrainer_learnsFromItsExamples_andSaysWhenThereAreNone() throws Exception {
    Examples examples = Examples.of(new float[] {1, 0, 0, 1, 1, 1}, 2, new int[] {0, 1, 2});
    try (var trainer = RuntimeTrainer.on(() -> examples)) {
      assertThat(trainer.exampleCount()).isEqualTo(3);
      assertThat(trainer.runtimes()).contains("java");
      BuiltUpdate built = new UpdateBuilder(trainer).build(TRAINING, MODEL, SEEDS);
      assertThat(built.exampleCount()).isEqualTo(3);
      assertThat(built.meanLoss()).isBetween(0.1, 3.0);
      assertThat(new UpdateBuilder(trainer).build(evaluation(3), MODEL, SEEDS).exampleCount())
          .isEqualTo(3);
    }
    try (var empty = RuntimeTrainer.on(() -> examples.subset(new int[0]))) {
      assertThatThrownBy(() -> new UpdateBuilder(empty).build(TRAINING, MODEL, SEEDS))
          .isInstanceOf(TrainingFailedException.class)
          .hasMessageContaining("no examples");
      assertThatThrownBy(() -> new UpdateBuilder(empty).build(evaluation(3), MODEL, SEEDS))
          .isInstanceOf(TrainingFailedException.class);
    }
  }

  @Test
  void interruptedEvaluation_endsAsAnInterrupt() {
    Examples examples = Examples.of(new float[] {1, 0, 0, 1, 1, 1}, 2, new int[] {0, 1, 2});
    try (var trainer = RuntimeTrainer.on(() -> examples)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> new UpdateBuilder(trainer).build(evaluation(3), MODEL, SEEDS))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  @Test
  void examplesThatDoNotFitTheModel_areAFailure() {
    Examples wide = Examples.of(new float[3], 3, new int[1]);
    try (var trainer = RuntimeTrainer.on(() -> wide)) {
      assertThatThrownBy(() -> new UpdateBuilder(trainer).build(TRAINING, MODEL, SEEDS))
          .isInstanceOf(TrainingFailedException.class)
          .hasMessageContaining("do not fit");
    }
  }
}
