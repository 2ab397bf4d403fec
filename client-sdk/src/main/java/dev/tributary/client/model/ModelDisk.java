package dev.tributary.client.model;

import dev.tributary.client.store.FileDownload;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.security.secret.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The writes of a store, each durable when it returns. Tests pass one that dies at any of them. */
interface ModelDisk {

  /** The file system. */
  ModelDisk FILES =
      new ModelDisk() {
        @Override
        public void replace(Path file, byte[] content) throws IOException {
          OwnerOnlyFile.replace(file, content);
        }

        @Override
        public void fetch(FileDownload download)
            throws CoordinatorException, IOException, InterruptedException {
          download.attempt();
        }

        @Override
        public void delete(Path file) throws IOException {
          Files.deleteIfExists(file);
        }
      };

  /** Puts {@code content} in the place of a file, as a whole or not at all. */
  void replace(Path file, byte[] content) throws IOException;

  /** Fetches a file under its final name, or a part of it beside. */
  void fetch(FileDownload download) throws CoordinatorException, IOException, InterruptedException;

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException;
}
