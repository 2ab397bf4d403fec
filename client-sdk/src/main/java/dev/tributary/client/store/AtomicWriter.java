package dev.tributary.client.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Replaces a small file as a whole, durably, readable by its owner only. Tests pass one that
 * crashes half-way.
 */
@FunctionalInterface
interface AtomicWriter {
  void replace(Path file, byte[] content) throws IOException;
}
