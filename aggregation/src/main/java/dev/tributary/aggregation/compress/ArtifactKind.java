package dev.tributary.aggregation.compress;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What kind of file an artifact of a model version is, and so which devices can run it. */
public enum ArtifactKind {
  /** The canonical safetensors file; its digest is that of the version. */
  FLOAT32("float32"),
  /** Half precision. */
  FP16("fp16"),
  /** Whole numbers of eight bits, a scale for each output channel. */
  INT8("int8"),
  /** Whole numbers of four bits, a scale for each 32 weights. */
  INT4("int4"),
  /** A network with weights or channels left out; the latter has a specification of its own. */
  PRUNED("pruned"),
  /** A smaller network, with a specification of its own, that learned from the version. */
  DISTILLED("distilled"),
  /** A float32 graph for ONNX runtimes. */
  ONNX("onnx"),
  /** A graph for ONNX runtimes that computes in eight bits. */
  ONNX_INT8("onnx-int8");

  private final String code;

  ArtifactKind(String code) {
    this.code = code;
  }

  /** The name in manifests and on the command line. */
  public String code() {
    return code;
  }

  /** The kind of this name. */
  public static Optional<ArtifactKind> ofCode(String code) {
    return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
  }

  /** All names. */
  public static List<String> codes() {
    return Arrays.stream(values()).map(ArtifactKind::code).toList();
  }
}
