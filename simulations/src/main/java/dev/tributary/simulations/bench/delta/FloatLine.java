package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.compress.delta.DeltaHeader;
import dev.tributary.aggregation.compress.delta.DeltaKind;
import dev.tributary.aggregation.compress.delta.FloatDelta;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.optimize.GridStep;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The float32 versions of a run, each as a delta from the one before. */
final class FloatLine {

  private final Ratios served = new Ratios();
  private final Ratios general = new Ratios();
  private final Ratios grid = new Ratios();
  private final Ratios zstandard = new Ratios();
  private final Pace encoding = new Pace();
  private final Pace decoding = new Pace();
  private ModelState newest;

  FloatLine(ModelState first) {
    newest = first;
  }

  /** Encodes and decodes the way to the next version, without and with what the server did. */
  void add(ModelState next, Optional<GridStep> step) throws DeltaException {
    long whole = Safetensors.sizeBytes(next.layout());
    byte[] plain = encoding.time(whole, () -> FloatDelta.encode(newest, next));
    byte[] best = FloatDelta.encode(newest, next, step);
    requireArrival(next, decoding.time(whole, () -> FloatDelta.decode(newest, plain)));
    requireArrival(next, FloatDelta.decode(newest, best));
    general.add(whole, plain.length);
    served.add(whole, best.length);
    if (DeltaHeader.read(best).kind() == DeltaKind.FLOAT_GRID) {
      grid.add(whole, best.length);
    }
    zstandard.add(whole, Zstandard.floatBytes(newest, next));
    newest = next;
  }

  private static void requireArrival(ModelState expected, ModelState actual) {
    if (!expected.equals(actual)) {
      throw new IllegalStateException("a float32 delta led to another version");
    }
  }

  Ratios served() {
    return served;
  }

  Ratios general() {
    return general;
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("floatDelta", served.fields());
    fields.put("floatGeneral", general.fields());
    if (!grid.isEmpty()) {
      fields.put("floatGrid", grid.fields());
    }
    fields.put("floatZstd9", zstandard.fields());
    fields.put("floatEncodeMBps", encoding.megabytesPerSecond());
    fields.put("floatDecodeMBps", decoding.megabytesPerSecond());
    return fields;
  }
}
