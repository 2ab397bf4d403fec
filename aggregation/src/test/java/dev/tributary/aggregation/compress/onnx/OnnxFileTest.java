package dev.tributary.aggregation.compress.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.Models;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is exported passes the check; what would make a runtime do anything else does not. */
class OnnxFileTest {

  private static final ModelSpec SPEC = Models.perceptron();

  private static byte[] file() {
    return OnnxExporter.float32(Models.initial(SPEC, 1)).bytes();
  }

  private static void assertRefused(Consumer<ModelProto.Builder> change, String why)
      throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(file()).toBuilder();
    change.accept(model);
    byte[] changed = model.build().toByteArray();
    assertThatThrownBy(() -> OnnxFile.check(SPEC, changed))
        .isInstanceOf(MalformedArtifactException.class)
        .hasMessageContaining(why);
  }

  private static void assertGraphRefused(Consumer<GraphProto.Builder> change, String why)
      throws Exception {
    assertRefused(model -> change.accept(model.getGraphBuilder()), why);
  }

  @Test
  void operatorsThatNoDeviceHas_areRefused() throws Exception {
    assertRefused(ModelProto.Builder::clearOpsetImport, "expected to be told the operator set");
    for (long version : new long[] {0, 6, 24, Long.MAX_VALUE}) {
      assertRefused(
          model -> model.getOpsetImportBuilder(0).setVersion(version),
          "expected an operator set from 7 to 23, got " + version);
    }
  }

  @Test
  void endsOfAnotherType_areRefused() throws Exception {
    assertGraphRefused(
        graph -> graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(7),
        "input: expected elements of type FLOAT, got type 7");
    assertGraphRefused(
        graph -> graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(10),
        "output: expected elements of type FLOAT, got type 10");
  }

  @Test
  void batchOfOneSize_isRefused() throws Exception {
    assertGraphRefused(
        graph ->
            graph
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(0)
                .setDimValue(1),
        "input: expected the extents of a batch of any size of ");
  }

  @Test
  void whatIsExported_passes_withEveryLayer() {
    for (ModelSpec spec : Models.all()) {
      byte[] file = OnnxExporter.float32(Models.initial(spec, 1)).bytes();
      assertThatCode(() -> OnnxFile.check(spec, file))
          .as(spec.toString())
          .doesNotThrowAnyException();
    }
    ModelSpec spec = Models.perceptron();
    ActivationRanges ranges =
        ActivationRanges.measure(
            ModelRuntimes.forSpec(spec, "java"),
            Models.initial(spec, 1),
            Models.examples(spec, 4, 1));
    byte[] eightBits = OnnxExporter.int8(Models.initial(spec, 1), ranges).bytes();
    assertThatCode(() -> OnnxFile.check(spec, eightBits)).doesNotThrowAnyException();
  }

  @Test
  void graphOfAnotherNetwork_isRefused() {
    for (ModelSpec other : Models.all()) {
      if (!other.equals(SPEC)) {
        assertThatThrownBy(() -> OnnxFile.check(other, file()))
            .isInstanceOf(MalformedArtifactException.class)
            .hasMessageContaining("put: expected ");
      }
    }
  }

  @Test
  void pathOfAnotherFile_isRefused() throws Exception {
    assertGraphRefused(
        graph ->
            graph
                .getInitializerBuilder(0)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/hosts")),
        "not in another");
  }

  @Test
  void whatIsNoFlatGraphOfStandardOperators_isRefused() throws Exception {
    assertRefused(model -> model.clearGraph(), "expected a graph");
    assertRefused(model -> model.addFunctions(FunctionProto.newBuilder()), "no functions");
    assertRefused(
        model -> model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.vendor")),
        "'com.vendor'");
    assertGraphRefused(graph -> graph.getNodeBuilder(0).setDomain("com.vendor"), "'com.vendor'");
    assertGraphRefused(
        graph ->
            graph
                .getNodeBuilder(0)
                .addAttribute(AttributeProto.newBuilder().setG(GraphProto.newBuilder())),
        "no graph within");
  }

  @Test
  void graphThatDoesNotHangTogether_isRefused() throws Exception {
    assertGraphRefused(graph -> graph.clearNode(), "expected operators");
    assertGraphRefused(graph -> graph.removeNode(0), "which nothing before it gives");
    assertGraphRefused(graph -> graph.removeNode(graph.getNodeCount() - 1), "gives the output");
    assertGraphRefused(graph -> graph.addNode(graph.getNode(0)), "given twice");
    assertGraphRefused(graph -> graph.addInput(graph.getInput(0)), "expected one input");
    assertGraphRefused(graph -> graph.clearOutput(), "expected one output");
    assertGraphRefused(
        graph -> graph.getInitializerBuilder(0).setDims(0, 1L << 40), "expected at most");
    assertGraphRefused(graph -> graph.getInitializerBuilder(0).setDims(0, 1), "bytes, got");
    assertGraphRefused(
        graph -> {
          for (int i = 0; i <= OnnxFile.MAXIMUM_NODES; i++) {
            graph.addNode(NodeProto.getDefaultInstance());
          }
        },
        "expected at most 10000 operators");
  }

  @Test
  void rubbish_isRefused_andNothingElseHappens() {
    Random random = new Random(5);
    byte[] good = file();
    for (int turn = 0; turn < 2_000; turn++) {
      byte[] bad = good.clone();
      for (int flips = 0; flips <= turn % 4; flips++) {
        bad[random.nextInt(Math.min(bad.length, 200))] ^= (byte) (1 << random.nextInt(8));
      }
      byte[] file = turn % 5 == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
      try {
        OnnxFile.check(SPEC, file);
      } catch (MalformedArtifactException refused) {
        assertThat(refused).hasMessageStartingWith("onnx: ");
      }
    }
  }
}
