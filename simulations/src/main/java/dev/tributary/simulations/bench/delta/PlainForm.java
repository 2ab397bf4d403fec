package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of an int8 artifact, one after the other, without a header: as much to digest. */
final class PlainForm implements ArtifactForm<QuantizedModel> {

  @Override
  public void write(QuantizedModel model, OutputStream out) throws IOException {
    for (QuantizedTensor tensor : model.quantized()) {
      out.write(tensor.values());
      write(tensor.scales(), out);
    }
    write(model.kept(), out);
  }

  private static void write(float[] numbers, OutputStream out) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    out.write(bytes.array());
  }
}
