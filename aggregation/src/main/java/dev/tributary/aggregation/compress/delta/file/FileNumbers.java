package dev.tributary.aggregation.compress.delta.file;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import java.util.Arrays;
import java.util.List;

/**
 * All numbers of a file, and so also its frame: the bytes that are none, such as names and shapes.
 *
 * @param arrays in the order of the file
 */
public record FileNumbers(List<NumberArray> arrays) {

  private static final int SAFETENSORS_BRACE = 8; // its header is JSON behind a length

  public FileNumbers {
    arrays = List.copyOf(arrays);
  }

  /**
   * Finds the numbers of an artifact.
   *
   * @param file safetensors or ONNX
   * @throws MalformedArtifactException when it is neither
   */
  public static FileNumbers of(byte[] file) throws MalformedArtifactException {
    boolean safetensors = file.length > SAFETENSORS_BRACE && file[SAFETENSORS_BRACE] == '{';
    return new FileNumbers(safetensors ? SafetensorsNumbers.of(file) : OnnxNumbers.of(file));
  }

  /** How many numbers there are. */
  public long count() {
    return arrays.stream().mapToLong(NumberArray::count).sum();
  }

  /** Whether two files are of one length and the same in all bytes that are no numbers. */
  public boolean haveOneFrame(byte[] file, byte[] other) {
    if (file.length != other.length) {
      return false;
    }
    int from = 0;
    for (NumberArray array : arrays) {
      if (!Arrays.equals(file, from, array.begin(), other, from, array.begin())) {
        return false;
      }
      from = array.end();
    }
    return Arrays.equals(file, from, file.length, other, from, other.length);
  }
}
