package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.MalformedSafetensorsException;
import dev.tributary.aggregation.model.safetensors.TensorArchive;
import dev.tributary.aggregation.model.safetensors.TensorEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * An artifact being read strictly: every tensor is asked for with its type and shape, and {@link
 * #finish} refuses what nobody asked for. One thread.
 */
final class ArtifactReader {

  private final TensorArchive archive;
  private final Map<String, TensorEntry> unread = new HashMap<>();

  private ArtifactReader(TensorArchive archive) {
    this.archive = archive;
    archive.tensors().forEach(tensor -> unread.put(tensor.name(), tensor));
  }

  /** A file whose free text says exactly this. */
  static ArtifactReader open(byte[] file, Map<String, String> metadata)
      throws MalformedArtifactException {
    TensorArchive archive;
    try {
      archive = TensorArchive.read(file);
    } catch (MalformedSafetensorsException refused) {
      throw new MalformedArtifactException("artifact: " + refused.getMessage(), refused);
    }
    if (!archive.metadata().equals(metadata)) {
      throw new MalformedArtifactException(
          "artifact: expected the metadata " + metadata + "; the file has other");
    }
    return new ArtifactReader(archive);
  }

  /** The data of a tensor that must be there with this type and shape. */
  ByteBuffer take(String name, ElementType type, int... shape) throws MalformedArtifactException {
    TensorEntry tensor = unread.remove(name);
    if (tensor == null) {
      throw new MalformedArtifactException("artifact: tensor " + name + " is missing");
    }
    if (tensor.type() != type || !Arrays.equals(tensor.shape(), shape)) {
      throw new MalformedArtifactException(
          "artifact: tensor "
              + name
              + ": expected "
              + type
              + Arrays.toString(shape)
              + ", got "
              + tensor.type()
              + Arrays.toString(tensor.shape()));
    }
    return archive.data(tensor);
  }

  /** Copies a float32 tensor to its place in the flat weights. */
  void takeFloats(TensorSpec tensor, float[] weights, int offset)
      throws MalformedArtifactException {
    take(tensor.name(), ElementType.F32, tensor.shape())
        .asFloatBuffer()
        .get(weights, offset, tensor.elementCount());
  }

  /** Refuses tensors that nobody asked for, and values that no runtime should see. */
  void finish(float[] weights) throws MalformedArtifactException {
    if (!unread.isEmpty()) {
      throw new MalformedArtifactException(
          "artifact: tensor "
              + unread.keySet().stream().sorted().findFirst().orElseThrow()
              + " is not one of the network's");
    }
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new MalformedArtifactException(
            "artifact: the value at index " + i + " is not finite");
      }
    }
  }
}
