package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.compress.delta.Int8Delta;
import dev.tributary.aggregation.compress.delta.SteadyQuantizer;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import java.util.LinkedHashMap;
import java.util.Map;

/** The int8 artifacts of a run as one quantiser makes them, each as a delta from the one before. */
final class Int8Line {

  private final SteadyQuantizer quantizer;
  private final Int8Delta delta = new Int8Delta(new PlainForm());
  private final Ratios ratios = new Ratios();
  private final Ratios zstandard = new Ratios();
  private final Pace encoding = new Pace();
  private final Pace decoding = new Pace();
  private final AccuracyLoss loss = new AccuracyLoss();
  private QuantizedModel published;

  Int8Line(SteadyQuantizer quantizer, ModelState first) {
    this.quantizer = quantizer;
    this.published = quantizer.first(first);
  }

  /** Quantises the next version against what is published, and publishes it. */
  void add(ModelState model) throws DeltaException {
    QuantizedModel next = quantizer.next(published, model);
    long whole = Safetensors.sizeBytes(model.layout());
    long values = model.layout().dimension();
    byte[] encoded = encoding.time(values, () -> delta.encode(published, next));
    QuantizedModel decoded = decoding.time(values, () -> delta.decode(published, encoded));
    if (!decoded.equals(next)) {
      throw new IllegalStateException("an int8 delta led to another artifact");
    }
    ratios.add(whole, encoded.length);
    zstandard.add(whole, Zstandard.int8Bytes(published, next));
    published = next;
  }

  /** The newest artifact as devices run it. */
  ModelState newest() {
    return published.toModelState();
  }

  Ratios ratios() {
    return ratios;
  }

  AccuracyLoss loss() {
    return loss;
  }

  /** What is said of every quantiser. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("hysteresis", quantizer.hysteresis());
    fields.putAll(ratios.fields());
    fields.put("zstd9MedianRatio", zstandard.median());
    fields.put("accuracy", loss.newest());
    fields.put("meanAccuracyLoss", loss.mean());
    fields.put("maxAccuracyLoss", loss.largest());
    return fields;
  }

  double encodeMegabytesPerSecond() {
    return encoding.megabytesPerSecond();
  }

  double decodeMegabytesPerSecond() {
    return decoding.megabytesPerSecond();
  }
}
