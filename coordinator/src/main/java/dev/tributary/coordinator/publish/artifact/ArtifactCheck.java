package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.onnx.OnnxFile;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import java.util.List;
import java.util.Optional;

/**
 * OfferedArtifact -ArtifactCheck-> ArtifactEntry: reads a file with the reader that devices will
 * use, so that what none of them could load is refused before anybody is told of it. Pure.
 */
final class ArtifactCheck {

  private ArtifactCheck() {}

  /**
   * The entry of a manifest that the file deserves.
   *
   * @param version specification of the version that it is said to be made of
   * @throws RejectedException when it is not what it is said to be
   */
  static ArtifactEntry check(ModelSpec version, OfferedArtifact offered) throws RejectedException {
    ArtifactKind kind = offered.kind();
    Optional<ModelSpec> own = offered.spec().filter(spec -> !spec.equals(version));
    List<String> codecs = codecs(offered);
    String last = codecs.get(codecs.size() - 1);
    requireNetwork(kind, version, own);
    ModelSpec spec = own.orElse(version);
    try {
      switch (kind) {
        case FLOAT32 ->
            throw new RejectedException(
                RejectReason.BAD_PARAMETER,
                "float32 is the version itself: there is nothing to upload");
        case FP16, INT8, INT4 ->
            decode(requireCodec(kind, last, List.of(kind.code())), spec, offered);
        case PRUNED, DISTILLED ->
            decode(requireCodec(kind, last, ModelCodecs.names()), spec, offered);
        case ONNX, ONNX_INT8 -> {
          requireCodec(kind, last, List.of(kind.code()));
          OnnxFile.check(spec, offered.content());
        }
      }
    } catch (MalformedArtifactException malformed) {
      throw new RejectedException(
          RejectReason.MALFORMED_MESSAGE,
          "the file is no "
              + kind.code()
              + " artifact of "
              + (own.isPresent() ? "the network that came with it: " : "the version's network: ")
              + malformed.getMessage());
    }
    return new ArtifactEntry(
        kind, FileDigest.of(offered.content()), offered.content().length, codecs, own);
  }

  private static List<String> codecs(OfferedArtifact offered) {
    if (!offered.codecs().isEmpty()) {
      return offered.codecs();
    }
    boolean stored =
        offered.kind() == ArtifactKind.PRUNED || offered.kind() == ArtifactKind.DISTILLED;
    return List.of(stored ? ArtifactKind.FLOAT32.code() : offered.kind().code());
  }

  private static String requireCodec(ArtifactKind kind, String last, List<String> allowed)
      throws RejectedException {
    if (!allowed.contains(last)) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          "the last codec of an artifact of kind "
              + kind.code()
              + ": expected "
              + String.join(" or ", allowed)
              + ", got '"
              + last
              + "'");
    }
    return last;
  }

  private static void decode(String codec, ModelSpec spec, OfferedArtifact offered)
      throws MalformedArtifactException {
    ModelCodec reader = ModelCodecs.named(codec).orElseThrow();
    reader.decode(spec, offered.content());
  }

  /** A device puts the same values in and reads the same classes, whichever artifact it has. */
  private static void requireNetwork(ArtifactKind kind, ModelSpec version, Optional<ModelSpec> own)
      throws RejectedException {
    boolean fixed =
        kind == ArtifactKind.FP16 || kind == ArtifactKind.INT8 || kind == ArtifactKind.INT4;
    if (fixed && own.isPresent()) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          "an artifact of kind "
              + kind.code()
              + " holds the version's own network, but another one came with it: its kind is"
              + " pruned or distilled");
    }
    if (kind == ArtifactKind.DISTILLED && own.isEmpty()) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          "a distilled artifact: expected the student's own specification, got "
              + "none, or the version's");
    }
    if (own.isPresent() && !sameTask(version, own.get())) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          "the network of the artifact: expected the input %s, %d classes and the loss %s, as the version, got %s, %d and %s"
              .formatted(
                  version.input(),
                  version.classes(),
                  version.loss().code(),
                  own.get().input(),
                  own.get().classes(),
                  own.get().loss().code()));
    }
  }

  private static boolean sameTask(ModelSpec version, ModelSpec own) {
    return version.input().equals(own.input())
        && version.classes() == own.classes()
        && version.loss() == own.loss();
  }
}
