package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.compress.delta.FileDelta;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The artifacts of one kind of a run, each as a delta between files from the one before. */
final class FileLine {

  private final ModelSpec spec;
  private final FileForm form;
  private final Ratios ratios = new Ratios();
  private final AccuracyLoss loss = new AccuracyLoss();
  private byte[] published;

  FileLine(ModelSpec spec, FileForm form, ModelState first) {
    this.spec = spec;
    this.form = form;
    this.published = form.first(new SpecifiedModel(spec, first));
  }

  /** Makes the artifact of the next version and publishes it. */
  void add(ModelState model) throws DeltaException {
    byte[] next;
    byte[] delta;
    try {
      next = form.next(published, new SpecifiedModel(spec, model));
      delta = FileDelta.encode(published, next).orElseThrow();
    } catch (MalformedArtifactException own) {
      throw new IllegalStateException("an artifact that was just made was refused", own);
    }
    if (!Arrays.equals(FileDelta.decode(published, delta), next)) {
      throw new IllegalStateException("a delta led to another file");
    }
    ratios.add(Safetensors.sizeBytes(model.layout()), delta.length);
    published = next;
  }

  /** The weights of the newest artifact as devices run it. */
  float[] newest() {
    try {
      return form.weights(spec, published);
    } catch (MalformedArtifactException own) {
      throw new IllegalStateException("an artifact that was just made was refused", own);
    }
  }

  Ratios ratios() {
    return ratios;
  }

  AccuracyLoss loss() {
    return loss;
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>(ratios.fields());
    fields.put("accuracy", loss.newest());
    fields.put("meanAccuracyLoss", loss.mean());
    fields.put("maxAccuracyLoss", loss.largest());
    return fields;
  }
}
