package dev.tributary.aggregation.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * How the content of an artifact becomes its bytes: one content has exactly one form, so that the
 * SHA-256 of the bytes names it.
 *
 * @param <C> the content
 */
@FunctionalInterface
public interface ArtifactForm<C> {

  /** Writes the artifact. The stream is neither flushed nor closed. */
  void write(C content, OutputStream out) throws IOException;
}
