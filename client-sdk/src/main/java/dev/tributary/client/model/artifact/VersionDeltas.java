package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.codec.Int8Form;
import dev.tributary.aggregation.compress.delta.DeltaException;
import dev.tributary.aggregation.compress.delta.FileDelta;
import dev.tributary.aggregation.compress.delta.FloatDelta;
import dev.tributary.aggregation.compress.delta.Int8Delta;
import dev.tributary.aggregation.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;

/** The deltas that coordinators publish, between artifacts of every kind. */
public final class VersionDeltas implements DeltaDecoder {

  @Override
  public boolean supports(ArtifactKind kind) {
    return true;
  }

  @Override
  public byte[] decode(StoredModel base, byte[] delta, int resultBytes)
      throws UnusableModelException {
    try {
      return switch (base.kind()) {
        case FLOAT32 ->
            Safetensors.toBytes(FloatDelta.decode(Safetensors.read(base.path()), delta));
        case INT8 ->
            Int8Form.toBytes(
                new Int8Delta(new Int8Form())
                    .decode(Int8Form.read(base.spec(), Files.readAllBytes(base.path())), delta));
        case FP16, INT4, PRUNED, DISTILLED, ONNX, ONNX_INT8 ->
            FileDelta.decode(Files.readAllBytes(base.path()), delta);
      };
    } catch (DeltaException | IOException unusable) {
      throw new UnusableModelException(
          "delta from " + base.digest() + ": " + unusable.getMessage(), unusable);
    }
  }
}
