package dev.tributary.simulations.cli.publish.compress;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.codec.SparseCodec;
import dev.tributary.aggregation.compress.distill.Distiller;
import dev.tributary.aggregation.compress.onnx.ActivationRanges;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.compress.prune.ChannelPruner;
import dev.tributary.aggregation.compress.prune.MagnitudePruner;
import dev.tributary.aggregation.compress.prune.MaskedTuner;
import dev.tributary.aggregation.compress.prune.PruningMask;
import dev.tributary.aggregation.compress.prune.TaylorImportance;
import dev.tributary.aggregation.compress.prune.WeightNorms;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.artifact.ShiftedImages;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * SpecifiedModel -ArtifactMaker-> ModelArtifact: makes an artifact of any kind of a version, with
 * rows where its kind needs some. The layers of any network are cut by the same share: which ones
 * bear more is found by looking at the figures. One thread.
 */
final class ArtifactMaker {

  /** The kinds that cannot be made without rows. */
  static final Set<ArtifactKind> LEARNED =
      Set.of(ArtifactKind.PRUNED, ArtifactKind.DISTILLED, ArtifactKind.ONNX_INT8);

  private static final int CALIBRATION_ROWS = 512;
  private static final int IMPORTANCE_ROWS = 1024;
  private static final int BATCH = 32;
  private static final float MOMENTUM = 0.9f;
  private static final float LEARNING_RATE = 0.02f;
  private static final float POLISHING_RATE = 0.004f;
  private static final int SPARSE_PIECES = 8;
  private static final int STUDENT_EPOCHS = 4; // for each of tuning
  private static final int COPIES = 2;
  private static final float TEMPERATURE = 4f;

  private final ModelRuntime runtime;
  private final SpecifiedModel model;
  private final Examples rows;
  private final CompressionOptions options;

  /**
   * Makes artifacts of a model.
   *
   * @param rows to learn from; may be empty unless a kind of {@link #LEARNED} is asked for
   */
  ArtifactMaker(
      ModelRuntime runtime, SpecifiedModel model, Examples rows, CompressionOptions options) {
    this.runtime = runtime;
    this.model = model;
    this.rows = rows;
    this.options = options;
  }

  /**
   * The artifact of a kind.
   *
   * @throws UncompressibleModelException when this network has none
   */
  ModelArtifact make(ArtifactKind kind) {
    return switch (kind) {
      case FLOAT32, FP16, INT8, INT4 -> ModelCompressor.with(codec(kind)).compress(model);
      case PRUNED ->
          options.keptWeights().isPresent()
              ? ModelCompressor.afterPruning(MagnitudePruner.STEP, new SparseCodec())
                  .compress(sparse(options.keptWeights().getAsDouble()))
              : ModelCompressor.afterPruning(ChannelPruner.STEP, options.codec())
                  .compress(pruned());
      case DISTILLED -> ModelCompressor.afterDistilling(options.codec()).compress(student());
      case ONNX -> OnnxExporter.float32(model);
      case ONNX_INT8 ->
          OnnxExporter.int8(
              model, ActivationRanges.measure(runtime, model, first(CALIBRATION_ROWS)));
    };
  }

  private static ModelCodec codec(ArtifactKind kind) {
    return ModelCodecs.named(kind.code()).orElseThrow();
  }

  private Examples first(int count) {
    return rows.range(0, Math.min(rows.size(), count));
  }

  private SpecifiedModel pruned() {
    SpecifiedModel cut;
    try (LocalModel local = runtime.open(model.spec())) {
      cut =
          pruner(options.prunedShare())
              .prune(model, new TaylorImportance(local, first(IMPORTANCE_ROWS), BATCH));
    }
    float[] weights = cut.state().copyOfValues();
    try (LocalModel local = runtime.open(cut.spec())) {
      local.train(weights, rows, parameters(options.epochs(), LEARNING_RATE), options.seed());
    }
    return SpecifiedModel.of(cut.spec(), weights);
  }

  /** Of the same shape, most weights zero. */
  private SpecifiedModel sparse(double kept) {
    PruningMask mask = new MagnitudePruner(1 - kept).mask(model);
    float[] weights = model.state().copyOfValues();
    try (LocalModel local = runtime.open(model.spec())) {
      new MaskedTuner(local, SPARSE_PIECES)
          .tune(weights, mask, rows, parameters(options.epochs(), LEARNING_RATE), options.seed());
    }
    return SpecifiedModel.of(model.spec(), weights);
  }

  /** As deep as its teacher, and narrower. */
  private SpecifiedModel student() {
    ModelSpec spec = pruner(options.studentShare()).prune(model, new WeightNorms()).spec();
    Examples seen =
        spec.input().rank() == 3
            ? ShiftedImages.of(rows, spec.input(), COPIES, options.seed())
            : rows;
    Distiller distiller = new Distiller(runtime, TEMPERATURE);
    SoftTargets targets = distiller.ask(model, seen);
    SpecifiedModel fresh = SpecifiedModel.of(spec, InitialWeights.of(spec, options.seed()));
    TrainingParameters learning = parameters(STUDENT_EPOCHS * options.epochs(), LEARNING_RATE);
    SpecifiedModel learned = distiller.learn(fresh, seen, targets, learning, options.seed());
    TrainingParameters polishing = parameters(options.epochs(), POLISHING_RATE);
    return distiller.learn(learned, seen, targets, polishing, options.seed() + 1);
  }

  private static TrainingParameters parameters(int epochs, float learningRate) {
    return new TrainingParameters(epochs, BATCH, learningRate, MOMENTUM);
  }

  private ChannelPruner pruner(double share) {
    Map<Integer, Integer> keep = new HashMap<>();
    for (int layer : ChannelPruner.prunableLayers(model.spec())) {
      keep.put(
          layer,
          Math.max(1, (int) Math.round(share * ChannelPruner.channels(model.spec(), layer))));
    }
    if (keep.isEmpty()) {
      throw new UncompressibleModelException(
          "the network has no channels that another layer reads, so that none can go");
    }
    return new ChannelPruner(keep);
  }
}
