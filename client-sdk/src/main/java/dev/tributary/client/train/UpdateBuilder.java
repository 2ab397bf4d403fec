package dev.tributary.client.train;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.Clipper;
import dev.tributary.aggregation.quantize.LocalUpdate;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.quantize.Quantizer;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.EvaluationEncoding;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The device's half of the walk: global model -train-> LocalUpdate -{@link Clipper}-> ClippedUpdate
 * -{@link Quantizer}-> QuantizedUpdate -{@link dev.tributary.aggregation.mask.Masker}-> {@link
 * MaskedUpdate}. A function of manifest, model, examples and seeds: the same in a device and in a
 * simulation. Used by one platform thread at a time; keeps one work buffer of the model's size
 * between updates.
 */
public final class UpdateBuilder {

  private final LocalTrainer trainer;
  private float[] work = new float[0];
  private String parsedJson = "";
  private @Nullable ModelSpec parsedSpec;

  /** Builds updates with {@code trainer}, which stays the caller's to close. */
  public UpdateBuilder(LocalTrainer trainer) {
    this.trainer = trainer;
  }

  /**
   * Computes what this device contributes to a round without masks.
   *
   * @param model the version that the manifest names; not changed
   * @throws TrainingFailedException when the model, the data or the training do not allow it
   */
  public BuiltUpdate build(RoundManifest manifest, ModelState model, RoundSeeds seeds)
      throws TrainingFailedException, InterruptedException {
    return build(manifest, model, seeds, List.of());
  }

  /**
   * Computes what this device contributes to a round.
   *
   * @param model the version that the manifest names; not changed
   * @param masks of this device in this round; none exactly when its protocol has none
   * @throws TrainingFailedException when the model, the data or the training do not allow it
   */
  public BuiltUpdate build(
      RoundManifest manifest, ModelState model, RoundSeeds seeds, List<Mask> masks)
      throws TrainingFailedException, InterruptedException {
    ModelSpec spec = spec(manifest.modelSpecJson());
    requireFit(manifest, model, spec);
    if (manifest.training().isPresent()) {
      return train(manifest, manifest.training().get(), spec, model.values(), seeds, masks);
    }
    return evaluate(manifest, spec, model.values(), masks);
  }

  /**
   * What must agree before anything is computed; a coordinator that gets this wrong learns it from
   * the report.
   */
  private static void requireFit(RoundManifest manifest, ModelState model, ModelSpec spec)
      throws TrainingFailedException {
    if (!model.layout().equals(spec.layout())) {
      throw new TrainingFailedException(
          "the model's file has other tensors than the manifest's specification");
    }
    int parameters = model.values().length;
    if (manifest.training().isPresent() && manifest.quantization().parameters() != parameters) {
      throw new TrainingFailedException(
          "the manifest quantises "
              + manifest.quantization().parameters()
              + " parameters, but the model has "
              + parameters);
    }
  }

  private BuiltUpdate train(
      RoundManifest manifest,
      TrainingParameters parameters,
      ModelSpec spec,
      float[] start,
      RoundSeeds seeds,
      List<Mask> masks)
      throws TrainingFailedException, InterruptedException {
    if (work.length != start.length) {
      work = new float[start.length];
    }
    System.arraycopy(start, 0, work, 0, start.length);
    TrainedModel trained = trainer.train(spec, work, parameters, seeds.trainingSeed());
    for (int i = 0; i < start.length; i++) {
      work[i] -= start[i];
    }
    QuantizationParameters arithmetic = manifest.quantization();
    byte[] roundingSeed = seeds.roundingSeed();
    try {
      var clipped = new Clipper(arithmetic).clip(new LocalUpdate(work, trained.exampleCount()));
      QuantizedUpdate quantized = new Quantizer(arithmetic).quantize(clipped, roundingSeed);
      return new BuiltUpdate(
          mask(manifest, quantized, masks), trained.exampleCount(), trained.meanLoss());
    } catch (IllegalArgumentException unusable) {
      throw new TrainingFailedException(
          "the trained model gives no update: " + unusable.getMessage(), unusable);
    } finally {
      Arrays.fill(roundingSeed, (byte) 0);
    }
  }

  private BuiltUpdate evaluate(
      RoundManifest manifest, ModelSpec spec, float[] weights, List<Mask> masks)
      throws TrainingFailedException, InterruptedException {
    Evaluation evaluation = trainer.evaluate(spec, weights);
    try {
      QuantizedUpdate exact = EvaluationEncoding.encode(evaluation, manifest.quantization());
      return new BuiltUpdate(
          mask(manifest, exact, masks),
          Math.toIntExact(evaluation.examples()),
          evaluation.meanLoss());
    } catch (IllegalArgumentException | ArithmeticException unusable) {
      throw new TrainingFailedException(
          "the evaluation cannot be summed: " + unusable.getMessage(), unusable);
    }
  }

  private static MaskedUpdate mask(
      RoundManifest manifest, QuantizedUpdate quantized, List<Mask> masks) {
    return RoundProtocol.of(manifest.protocol())
        .masker(manifest.quantization(), masks)
        .mask(quantized);
  }

  private ModelSpec spec(String json) throws TrainingFailedException {
    ModelSpec known = parsedSpec;
    if (known != null && json.equals(parsedJson)) {
      return known;
    }
    try {
      ModelSpec fresh = ModelSpec.fromJson(json);
      parsedSpec = fresh;
      parsedJson = json;
      return fresh;
    } catch (ModelSpecException unusable) {
      throw new TrainingFailedException(
          "the manifest's model cannot be built: " + unusable.getMessage(), unusable);
    }
  }
}
