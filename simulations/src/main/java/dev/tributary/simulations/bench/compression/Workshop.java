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
import dev.tributary.simulations.artifact.Workers;
import dev.tributary.simulations.data.Dataset;
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
  private static final int SPARSE_PIECES = 8;

  private final Recipe recipe;
  private final Dataset dataset;
  private final Workers workers;
  private final Roles roles;
  private final Consumer<String> progress;

  /**
   * Works by a recipe.
   *
   * @param roles of the rows of the data set
   */
  Workshop(
      Recipe recipe, Dataset dataset, Workers workers, Roles roles, Consumer<String> progress) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.workers = workers;
    this.roles = roles;
    this.progress = progress;
  }

  /** The artifacts by their names in the command's JSON, {@code baseline} first. */
  Map<String, ModelArtifact> make(long seed) throws InterruptedException {
    ModelSpec spec = recipe.spec(dataset);
    progress.accept("training " + spec.layout().dimension() + " parameters");
    SpecifiedModel model = trained(spec, seed);
    Map<String, ModelArtifact> artifacts = new LinkedHashMap<>();
    artifacts.put("baseline", ModelCompressor.with(new Float32Codec()).compress(model));
    artifacts.put("fp16", ModelCompressor.with(new Fp16Codec()).compress(model));
    artifacts.put("int8", ModelCompressor.with(new Int8Codec()).compress(model));
    artifacts.put("int4", ModelCompressor.with(new Int4Codec()).compress(model));
    progress.accept("pruning, tuning and distilling");
    List<SpecifiedModel> changed = // the longest first: there may be two threads
        workers.all(
            List.of(
                () -> sparse(model, seed), () -> pruned(model, seed), () -> student(model, seed)));
    SpecifiedModel pruned = changed.get(1);
    SpecifiedModel student = changed.get(2);
    String step = ChannelPruner.STEP;
    artifacts.put(
        "pruned", ModelCompressor.afterPruning(step, new Float32Codec()).compress(pruned));
    artifacts.put(
        "prunedInt8", ModelCompressor.afterPruning(step, new Int8Codec()).compress(pruned));
    artifacts.put(
        "sparse",
        ModelCompressor.afterPruning(MagnitudePruner.STEP, new SparseCodec())
            .compress(changed.get(0)));
    artifacts.put(
        "distilled", ModelCompressor.afterDistilling(new Float32Codec()).compress(student));
    artifacts.put(
        "distilledInt8", ModelCompressor.afterDistilling(new Int8Codec()).compress(student));
    artifacts.put("onnx", OnnxExporter.float32(model));
    artifacts.put("onnxInt8", int8Graph(model));
    artifacts.put("prunedOnnx", OnnxExporter.float32(pruned).after(step));
    artifacts.put("prunedOnnxInt8", int8Graph(pruned).after(step));
    artifacts.put("distilledOnnx", OnnxExporter.float32(student).after(Distiller.STEP));
    artifacts.put("distilledOnnxInt8", int8Graph(student).after(Distiller.STEP));
    return artifacts;
  }

  private SpecifiedModel trained(ModelSpec spec, long seed) throws InterruptedException {
    float[] weights = InitialWeights.of(spec, seed);
    for (Lesson lesson : recipe.curriculum().training()) {
      progress.accept("lesson: " + lesson);
      SpecifiedModel start = SpecifiedModel.of(lesson.spec(spec), weights);
      Examples rows = lesson.rows(roles.devices());
      weights = workers.train(start, rows, lesson.parameters(), all -> {}).state().copyOfValues();
    }
    return SpecifiedModel.of(spec, weights);
  }

  private ModelArtifact int8Graph(SpecifiedModel model) {
    Examples calibration = first(roles.open(), CALIBRATION_ROWS);
    return OnnxExporter.int8(
        model, ActivationRanges.measure(workers.runtime(), model, calibration));
  }

  private static Examples first(Examples rows, int count) {
    return rows.range(0, Math.min(rows.size(), count));
  }

  private SpecifiedModel pruned(SpecifiedModel model, long seed) {
    SpecifiedModel cut;
    try (LocalModel local = workers.runtime().open(model.spec())) {
      Examples rows = first(roles.devices(), IMPORTANCE_ROWS);
      cut =
          new ChannelPruner(recipe.keptChannels())
              .prune(model, new TaylorImportance(local, rows, IMPORTANCE_BATCH));
    }
    float[] weights = cut.state().copyOfValues();
    for (Lesson lesson : recipe.curriculum().tuning()) {
      try (LocalModel local = workers.runtime().open(lesson.spec(cut.spec()))) {
        local.train(weights, lesson.rows(roles.devices()), lesson.parameters(), seed);
      }
    }
    return SpecifiedModel.of(cut.spec(), weights);
  }

  private SpecifiedModel sparse(SpecifiedModel model, long seed) {
    PruningMask mask = new MagnitudePruner(PRUNED_SHARE).mask(model);
    float[] weights = model.state().copyOfValues();
    for (Lesson lesson : recipe.curriculum().masked()) {
      try (LocalModel local = workers.runtime().open(lesson.spec(model.spec()))) {
        Examples rows = lesson.rows(roles.devices());
        new MaskedTuner(local, SPARSE_PIECES).tune(weights, mask, rows, lesson.parameters(), seed);
      }
    }
    return SpecifiedModel.of(model.spec(), weights);
  }

  /** The teacher sees whole rows, whatever the student is shown of them. */
  private SpecifiedModel student(SpecifiedModel teacher, long seed) {
    ModelSpec spec = recipe.student(teacher.spec());
    Examples rows = recipe.source().more(roles.open(), dataset, seed);
    Distiller distiller = new Distiller(workers.runtime(), recipe.curriculum().temperature());
    SoftTargets targets = distiller.ask(teacher, rows);
    SpecifiedModel student = SpecifiedModel.of(spec, InitialWeights.of(spec, seed));
    List<Lesson> lessons = recipe.curriculum().learning();
    for (int i = 0; i < lessons.size(); i++) {
      Lesson lesson = lessons.get(i);
      SpecifiedModel pupil = SpecifiedModel.of(lesson.spec(spec), student.weights());
      SpecifiedModel learned =
          distiller.learn(pupil, lesson.rows(rows), targets, lesson.parameters(), seed + i);
      student = SpecifiedModel.of(spec, learned.state().copyOfValues());
    }
    return student;
  }
}
