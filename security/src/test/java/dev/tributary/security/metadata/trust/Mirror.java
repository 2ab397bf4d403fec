package dev.tributary.security.metadata.trust;

import static dev.tributary.security.metadata.MetadataKeys.ONLINE;

import dev.tributary.security.metadata.MetadataKeys;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.Repository;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A repository and the files that devices are given in its name, which an attacker may change. */
final class Mirror {

  final SortedMap<String, byte[]> files = new TreeMap<>();
  Repository repository;
  OnlineSigners signers = ONLINE;
  Instant now = MetadataKeys.START;

  private Mirror(Repository repository) {
    this.repository = repository;
    serve();
  }

  static Mirror under(SignedMetadata<RootMetadata> root) {
    return new Mirror(Repository.empty(root, ONLINE, Lifetimes.USUAL, MetadataKeys.START));
  }

  /** Publishes a repository whose only file {@code model} has this content. */
  Mirror publish(String content) {
    repository =
        repository.publish(
            Map.of("model", TargetFile.of(content.getBytes(StandardCharsets.UTF_8))),
            signers,
            Lifetimes.USUAL,
            now);
    return serve();
  }

  Mirror refresh() {
    repository = repository.refresh(signers, Lifetimes.USUAL, now);
    return serve();
  }

  Mirror rotate(SignedMetadata<RootMetadata> next, OnlineSigners with) {
    signers = with;
    repository = repository.rotate(next, with, Lifetimes.USUAL, now);
    return serve();
  }

  private Mirror serve() {
    files.putAll(repository.files());
    return this;
  }

  /** Puts a file in place of the one that is served. */
  void replace(SignedMetadata<?> file) {
    files.put(file.metadata().role().fileName(file.metadata().version()), file.encode());
  }

  /** A device's whole update, with the files as they are now. */
  UpdateStep update(TrustedMetadata trusted, Instant at) {
    UpdateStep step = trusted.beginUpdate(at);
    while (step instanceof Asking asking) {
      Optional<byte[]> file = Optional.ofNullable(files.get(asking.file()));
      step = file.isPresent() ? asking.received(file.get()) : asking.missing();
    }
    return step;
  }

  UpdateStep update(TrustedMetadata trusted) {
    return update(trusted, now);
  }

  SortedMap<String, byte[]> copyOfFiles() {
    return new TreeMap<>(files);
  }
}
