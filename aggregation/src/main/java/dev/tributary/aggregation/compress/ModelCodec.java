package dev.tributary.aggregation.compress;

import dev.tributary.aggregation.model.ModelSpec;

/**
 * A way to store the weights of a network in a file and to get weights back that every runtime can
 * run. Pure and safe on any thread: the same model gives the same bytes.
 */
public interface ModelCodec {

  /** Its name in an artifact's codec chain. */
  String name();

  /** The kind of artifact it makes of a network that is left as it is. */
  ArtifactKind kind();

  /**
   * The file of a model.
   *
   * @throws UncompressibleModelException when a value cannot be stored in this form
   */
  byte[] encode(SpecifiedModel model);

  /**
   * The model in a file, with the losses of the way in.
   *
   * @param spec the network that the file is said to hold
   * @param file of unknown origin
   * @throws MalformedArtifactException when it does not hold this network in this form
   */
  SpecifiedModel decode(ModelSpec spec, byte[] file) throws MalformedArtifactException;
}
