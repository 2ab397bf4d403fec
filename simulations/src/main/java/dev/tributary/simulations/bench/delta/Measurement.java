package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.compress.delta.SteadyQuantizer;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.simulations.world.TestEvaluator;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Follows the versions of a run. For one thread. */
final class Measurement {

  private static final int EVALUATE_EVERY = 5;

  private final TestEvaluator evaluator;
  private final PrintWriter progress;
  private final FloatLine floats;
  private final Int8Line int8;
  private final List<Int8Line> lines;
  private final Map<FileForm, FileLine> files = new EnumMap<>(FileForm.class);
  private double accuracy = Double.NaN;

  /**
   * Begins with the version before the first.
   *
   * @param others to compare the default quantiser with, by their hysteresis
   */
  Measurement(
      ModelSpec spec,
      ModelState first,
      List<Float> others,
      TestEvaluator evaluator,
      PrintWriter progress) {
    this.evaluator = evaluator;
    this.progress = progress;
    this.floats = new FloatLine(first);
    this.int8 = new Int8Line(SteadyQuantizer.DEFAULT, first);
    float room = SteadyQuantizer.DEFAULT.room();
    this.lines = new ArrayList<>(List.of(int8));
    others.forEach(
        hysteresis -> lines.add(new Int8Line(new SteadyQuantizer(hysteresis, room), first)));
    for (FileForm form : FileForm.values()) {
      files.put(form, new FileLine(spec, form, first));
    }
  }

  /**
   * Takes the next version.
   *
   * @param number counted from 1
   * @param last whether it is
   */
  void add(int number, ModelState model, Optional<GridStep> step, boolean last)
      throws DeltaException, InterruptedException {
    floats.add(model, step);
    for (Int8Line line : lines) {
      line.add(model);
    }
    for (FileLine line : files.values()) {
      line.add(model);
    }
    if (last || number % EVALUATE_EVERY == 0) {
      accuracy = evaluator.evaluate(model.values()).accuracy();
      for (Int8Line line : lines) {
        line.loss().add(accuracy, evaluator.evaluate(line.newest().values()).accuracy());
      }
      for (FileLine line : files.values()) {
        line.loss().add(accuracy, evaluator.evaluate(line.newest()).accuracy());
      }
    }
    progress.printf(
        Locale.ROOT,
        "version %d: int8 %s, int4 %s, fp16 %s, float32 %s, of two any %s%n",
        number,
        int8.ratios(),
        ratios(FileForm.INT4),
        ratios(FileForm.FP16),
        floats.served(),
        floats.general());
    progress.flush();
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("int8Delta", int8.ratios().fields());
    files.forEach((form, line) -> fields.put(form.code() + "Delta", line.fields()));
    fields.putAll(floats.fields());
    fields.put("int8EncodeMBps", int8.encodeMegabytesPerSecond());
    fields.put("int8DecodeMBps", int8.decodeMegabytesPerSecond());
    fields.put("accuracy", accuracy);
    fields.put("int8Accuracy", int8.loss().newest());
    fields.put("int8ByHysteresis", lines.stream().map(Int8Line::fields).toList());
    return fields;
  }

  private Ratios ratios(FileForm form) {
    return Objects.requireNonNull(files.get(form)).ratios();
  }

  void print(PrintWriter out) {
    out.printf(Locale.ROOT, "int8 delta      %s%n", int8.ratios());
    out.printf(Locale.ROOT, "int4 delta      %s%n", ratios(FileForm.INT4));
    out.printf(Locale.ROOT, "fp16 delta      %s%n", ratios(FileForm.FP16));
    out.printf(Locale.ROOT, "float32 delta   %s%n", floats.served());
    out.printf(Locale.ROOT, "  not knowing the step  %s%n", floats.general());
    out.printf(Locale.ROOT, "accuracy %.4f, of int8 %.4f%n", accuracy, int8.loss().newest());
  }
}
