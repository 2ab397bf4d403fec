package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.security.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@code vectors/deltas.json}: deltas that every implementation must decode alike. One model of an
 * 24 by 30 matrix and 30 biases; floats are big-endian bit patterns. An int8 artifact is here the
 * matrix's integers, its scales and the biases, one after the other; real ones are files, and only
 * their digests differ.
 */
class DeltaVectorsTest {

  private static final String FILE = "/vectors/deltas.json";
  private static final HexFormat HEX = HexFormat.of();
  private static final ModelLayout LAYOUT =
      ModelLayout.of(TensorSpec.of("w", 24, 30), TensorSpec.of("b", 30));

  @Test
  void storedDeltas_leadFromTheStoredBasesToTheStoredResults() throws Exception {
    for (String kind : List.of("float", "grid")) {
      Map<String, String> vector = stored(kind);
      byte[] delta = HEX.parseHex(vector.get("delta"));
      ModelState result = FloatDelta.decode(new ModelState(LAYOUT, floats(vector, "base")), delta);

      assertThat(result.values()).as(kind).isEqualTo(floats(vector, "next"));
      assertThat(HEX.formatHex(Sha256.of(Safetensors.toBytes(result))))
          .isEqualTo(DeltaHeader.read(delta).result().hex());
    }
    Map<String, String> vector = stored("int8");
    QuantizedModel base = artifact(HEX.parseHex(vector.get("base")));
    byte[] delta = HEX.parseHex(vector.get("delta"));

    assertThat(new Int8Delta(Models.FORM).decode(base, delta))
        .isEqualTo(artifact(HEX.parseHex(vector.get("next"))));
  }

  /**
   * Raw bits begin with the parameters of the grid, if there is one, then the number of products.
   */
  @Test
  void storedFloatDeltas_beginWithProducts() throws Exception {
    byte[] general = HEX.parseHex(stored("float").get("delta"));
    DecisionDecoder coder = DeltaHeader.read(general).decoder(ChangeModel.SLOTS, general);
    assertThat(DeltaHeader.read(general).kind()).isEqualTo(DeltaKind.FLOAT);
    assertThat(coder.raw(0, 6)).isPositive();

    byte[] grid = HEX.parseHex(stored("grid").get("delta"));
    coder = DeltaHeader.read(grid).decoder(ChangeModel.SLOTS, grid);
    assertThat(DeltaHeader.read(grid).kind()).isEqualTo(DeltaKind.FLOAT_GRID);
    long low = Integer.toUnsignedLong(coder.raw(0, Integer.SIZE));
    long high = Integer.toUnsignedLong(coder.raw(0, Integer.SIZE));
    assertThat(Double.longBitsToDouble((high << Integer.SIZE) | low)).isEqualTo(3e-6);
    assertThat(Float.intBitsToFloat(coder.raw(0, Integer.SIZE))).isEqualTo(0.5f);
    assertThat(coder.raw(0, 6)).isPositive();
  }

  private static Map<String, String> stored(String kind) {
    try (InputStream in = DeltaVectorsTest.class.getResourceAsStream(FILE)) {
      Map<String, Object> file = JSON.std.mapFrom(Objects.requireNonNull(in).readAllBytes());
      Object vector = Objects.requireNonNull(file.get(kind));
      Map<String, String> fields = new LinkedHashMap<>();
      ((Map<?, ?>) vector).forEach((key, value) -> fields.put((String) key, (String) value));
      return fields;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static float[] floats(Map<String, String> vector, String field) {
    ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(vector.get(field)));
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private static QuantizedModel artifact(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] values = new byte[720];
    float[] scales = new float[24];
    float[] kept = new float[30];
    in.get(values);
    in.asFloatBuffer().get(scales).get(kept);
    return new QuantizedModel(LAYOUT, List.of(new QuantizedTensor(values, scales)), kept);
  }

  /** Makes the file anew: after a change of the format, which has another number then. */
  public static void main(String[] arguments) throws IOException {
    var random = new Random(17);
    ModelState base = Models.weights(LAYOUT, random);
    float[] moved = base.copyOfValues();
    float[] stepped = base.copyOfValues();
    double[] rows = random.doubles(25, -1, 1).toArray();
    double[] columns = random.doubles(30, -1, 1).toArray();
    var step = new GridStep(3e-6, 0.5f);
    for (int i = 0; i < moved.length; i++) {
      double change = 0.02 * (rows[i / 30] * columns[i % 30] + 0.05 * random.nextGaussian());
      moved[i] += (float) change;
      stepped[i] = step.moved(stepped[i], (int) Math.rint(change / step.length()));
    }
    moved[5] = -moved[5];
    moved[6] = -0f;
    var next = new ModelState(LAYOUT, moved);
    var grid = new ModelState(LAYOUT, stepped);
    Map<String, Object> file = new LinkedHashMap<>();
    file.put(
        "about",
        "Deltas between versions: docs/model-files.md. Tensors w [24, 30] and b [30]. Floats are"
            + " big-endian bit patterns; an int8 artifact is here 720 integers, 24 scales and 30"
            + " floats, and its digest that of these bytes.");
    file.put("float", vector(hex(base), hex(next), FloatDelta.encode(base, next)));
    byte[] steps = FloatDelta.encode(base, grid, Optional.of(step));
    file.put("grid", vector(hex(base), hex(grid), steps));
    QuantizedModel published = SteadyQuantizer.DEFAULT.first(base);
    QuantizedModel following = SteadyQuantizer.DEFAULT.next(published, next);
    byte[] delta = new Int8Delta(Models.FORM).encode(published, following);
    file.put("int8", vector(hex(published), hex(following), delta));
    System.out.println(JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(file));
  }

  private static Map<String, String> vector(String base, String next, byte[] delta) {
    Map<String, String> vector = new LinkedHashMap<>();
    vector.put("base", base);
    vector.put("next", next);
    vector.put("delta", HEX.formatHex(delta));
    return vector;
  }

  private static String hex(ModelState model) {
    ByteBuffer bytes = ByteBuffer.allocate(model.values().length * Float.BYTES);
    bytes.asFloatBuffer().put(model.values());
    return HEX.formatHex(bytes.array());
  }

  private static String hex(QuantizedModel model) throws IOException {
    var out = new ByteArrayOutputStream();
    Models.FORM.write(model, out);
    return HEX.formatHex(out.toByteArray());
  }
}
