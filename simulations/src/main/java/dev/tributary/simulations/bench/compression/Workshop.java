package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Float32Codec;
import dev.tributary.aggregation.compress.codec.Fp16Codec;
import dev.tributary.aggregation.compress.codec.Int4Codec;
import dev.tributary.aggregation.compress.codec.Int8Codec;
import dev.tributary.aggregation.compress.codec.SparseCodec;
import dev.tributary.aggregation.compress.distill.Distiller;
import dev.tributary.aggregation.compress.onnx.ActivationRanges;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.compress.prune.ChannelPruner;
import dev.tributary.aggregation.compress.prune.MagnitudePruner;
import dev.tributary.aggregation.compress.prune.MaskedTuner;
import dev.tributary.aggregation.compress.prune.PruningMask;
import dev.tributary.aggregation.compress.prune.TaylorImportance;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.artifact.ShiftedImages;
import dev.tributary.simulations.artifact.Workers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Trains a model and makes an artifact of every kind of it. One use. */
final class Workshop {

  private static final int CALIBRATION_ROWS = 512;
  private static final int IMPORTANCE_ROWS = 1024;
  private static final int IMPORTANCE_BATCH = 32;
  private static final double PRUNED_SHARE = 0.85;
  private static final int COPIES = 2;
  private static final float TEMPERATURE = 4f;

  private static final TrainingParameters TRAINING = new TrainingParameters(2, 32, 0.05f, 0.9f);
  private static final TrainingParameters TUNING = new TrainingParameters(2, 32, 0.02f, 0.9f);
  private static final TrainingParameters MASKED = new TrainingParameters(1, 32, 0.01f, 0.9f);
  private static final TrainingParameters LEARNING = new TrainingParameters(8, 32, 0.02f, 0.9f);
  private static final TrainingParameters POLISHING = new TrainingParameters(2, 32, 0.004f, 0.9f);

  private static final int SPARSE_PIECES = 8;

  private final Workers workers;
  private final Roles roles;
  private final Consumer<String> progress;

  Workshop(Workers workers, Roles roles, Consumer<String> progress) {
    this.workers = workers;
    this.roles = roles;
    this.progress = progress;
  }

  /** The artifacts by their names in the command's JSON, {@code baseline} first. */
  Map<String, ModelArtifact> make(ModelSpec spec, long seed) throws InterruptedException {
    SpecifiedModel start = SpecifiedModel.of(spec, InitialWeights.of(spec, seed));
    progress.accept("training " + start.weights().length + " parameters");
    SpecifiedModel model = workers.train(start, roles.devices(), TRAINING, weights -> {});
    Map<String, ModelArtifact> artifacts = new LinkedHashMap<>();
    artifacts.put("baseline", ModelCompressor.with(new Float32Codec()).compress(model));
    artifacts.put("fp16", ModelCompressor.with(new Fp16Codec()).compress(model));
    artifacts.put("int8", ModelCompressor.with(new Int8Codec()).compress(model));
    artifacts.put("int4", ModelCompressor.with(new Int4Codec()).compress(model));
    progress.accept("pruning, tuning and distilling");
    List<SpecifiedModel> changed =
        workers.all(
            List.of(
                () -> pruned(model, seed), () -> student(model, seed), () -> sparse(model, seed)));
    SpecifiedModel pruned = changed.get(0);
    SpecifiedModel student = changed.get(1);
    String step = ChannelPruner.STEP;
    artifacts.put(
        "pruned", ModelCompressor.afterPruning(step, new Float32Codec()).compress(pruned));
    artifacts.put(
        "prunedInt8", ModelCompressor.afterPruning(step, new Int8Codec()).compress(pruned));
    artifacts.put(
        "sparse",
        ModelCompressor.afterPruning(MagnitudePruner.STEP, new SparseCodec())
            .compress(changed.get(2)));
    artifacts.put(
        "distilled", ModelCompressor.afterDistilling(new Float32Codec()).compress(student));
    artifacts.put(
        "distilledInt8", ModelCompressor.afterDistilling(new Int8Codec()).compress(student));
    artifacts.put("onnx", OnnxExporter.float32(model));
    artifacts.put("onnxInt8", int8Graph(model));
    artifacts.put("prunedOnnx", OnnxExporter.float32(pruned).after(step));
    artifacts.put("prunedOnnxInt8", int8Graph(pruned).after(step));
    artifacts.put("distilledOnnx", OnnxExporter.float32(student).after(Distiller.STEP));
    return artifacts;
  }

  private ModelArtifact int8Graph(SpecifiedModel model) {
    Examples calibration = first(roles.open(), CALIBRATION_ROWS);
    return OnnxExporter.int8(
        model, ActivationRanges.measure(workers.runtime(), model, calibration));
  }

  private static Examples first(Examples rows, int count) {
    return rows.range(0, Math.min(rows.size(), count));
  }

  /**
   * Half of the filters of the first convolution, three in eight of the second, a quarter of the
   * units.
   */
  private SpecifiedModel pruned(SpecifiedModel model, long seed) {
    SpecifiedModel cut;
    try (LocalModel local = workers.runtime().open(model.spec())) {
      Examples rows = first(roles.devices(), IMPORTANCE_ROWS);
      cut =
          new ChannelPruner(Map.of(0, 16, 3, 24, 7, 128))
              .prune(model, new TaylorImportance(local, rows, IMPORTANCE_BATCH));
    }
    float[] weights = cut.state().copyOfValues();
    try (LocalModel local = workers.runtime().open(cut.spec())) {
      local.train(weights, roles.devices(), TUNING, seed);
    }
    return SpecifiedModel.of(cut.spec(), weights);
  }

  private SpecifiedModel sparse(SpecifiedModel model, long seed) {
    PruningMask mask = new MagnitudePruner(PRUNED_SHARE).mask(model);
    float[] weights = model.state().copyOfValues();
    try (LocalModel local = workers.runtime().open(model.spec())) {
      Examples third = first(roles.devices(), roles.devices().size() / 3);
      new MaskedTuner(local, SPARSE_PIECES).tune(weights, mask, third, MASKED, seed);
    }
    return SpecifiedModel.of(model.spec(), weights);
  }

  private SpecifiedModel student(SpecifiedModel teacher, long seed) {
    ModelSpec spec = studentSpec(teacher.spec());
    Examples rows = ShiftedImages.of(roles.open(), spec.input(), COPIES, seed);
    SpecifiedModel start = SpecifiedModel.of(spec, InitialWeights.of(spec, seed));
    Distiller distiller = new Distiller(workers.runtime(), TEMPERATURE);
    SoftTargets targets = distiller.ask(teacher, rows);
    SpecifiedModel learned = distiller.learn(start, rows, targets, LEARNING, seed);
    return distiller.learn(learned, rows, targets, POLISHING, seed + 1);
  }

  private static ModelSpec studentSpec(ModelSpec teacher) {
    return ModelSpec.fromJson(
        """
        {"format":"tributary-model/1","input":%s,"layers":[
         {"type":"conv2d","filters":8,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
         {"type":"conv2d","filters":16,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
         {"type":"flatten"},{"type":"linear","units":64},{"type":"relu"},{"type":"linear","units":%d}],
         "loss":"softmax-cross-entropy","classes":%d}\
        """
            .formatted(teacher.input(), teacher.classes(), teacher.classes()));
  }
}
