package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.ModelCompressor;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Int4Codec;
import dev.tributary.aggregation.compress.codec.Int8Form;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.delta.FileDelta;
import dev.tributary.aggregation.compress.delta.FloatDelta;
import dev.tributary.aggregation.compress.delta.Int8Delta;
import dev.tributary.aggregation.compress.delta.SteadyQuantizer;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.DeltaEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.publish.VersionOrigin;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ModelVersion -VersionMaker-> VersionManifest: makes the artifacts that are asked for, the deltas
 * that are worth it, and the manifest that lists them. Every file is on disk when this returns;
 * nothing refers to them yet. Blocks and computes: on a worker, one thread at a time.
 */
public final class VersionMaker {

  /** The kinds that need nothing but the version itself. */
  public static final Set<ArtifactKind> KINDS =
      Set.of(ArtifactKind.FLOAT32, ArtifactKind.FP16, ArtifactKind.INT8, ArtifactKind.INT4);

  /** A delta is served when it has at most this share of the whole file. */
  private static final double WORTH_IT = 0.6;

  private static final Optional<String> SOFTWARE =
      Optional.ofNullable(VersionMaker.class.getPackage().getImplementationVersion());

  private final ModelFiles models;
  private final ArtifactFiles artifacts;

  public VersionMaker(ModelFiles models, ArtifactFiles artifacts) {
    this.models = models;
    this.artifacts = artifacts;
  }

  /** A manifest that was made, and the name of its file. */
  public record MadeVersion(FileDigest digest, VersionManifest manifest, byte[] content) {}

  /**
   * Makes the artifacts of a version.
   *
   * @param kinds to make unless they are among {@code others}; float32 is always among the
   *     artifacts
   * @param others artifacts of this version that were made elsewhere, taken as they are
   * @param earlier manifests of versions that devices may have, the newest first: int8 and int4
   *     artifacts keep the integers of the newest where they can
   */
  public List<ArtifactEntry> artifacts(
      VersionSource source,
      Set<ArtifactKind> kinds,
      List<ArtifactEntry> others,
      List<VersionManifest> earlier) {
    ModelDigest version = source.version().digest();
    SpecifiedModel model = new SpecifiedModel(source.spec(), models.load(version));
    List<ArtifactEntry> entries = new ArrayList<>();
    entries.add(
        new ArtifactEntry(
            ArtifactKind.FLOAT32,
            new FileDigest(version.hex()),
            models.bytes(version),
            List.of("float32"),
            Optional.empty()));
    for (ArtifactKind kind : ArtifactKind.values()) {
      boolean made = KINDS.contains(kind) && kind != ArtifactKind.FLOAT32;
      if (made && kinds.contains(kind) && others.stream().noneMatch(o -> o.kind() == kind)) {
        entries.add(made(model, kind, earlier));
      }
    }
    others.stream()
        .filter(other -> entries.stream().noneMatch(entry -> entry.file().equals(other.file())))
        .forEach(entries::add);
    return entries;
  }

  /**
   * Makes the deltas to artifacts, and the manifest that lists both.
   *
   * @param entries what {@link #artifacts} gave, perhaps measured since
   * @param earlier manifests of versions that devices may have, the newest first: deltas lead from
   *     their artifacts
   * @throws RejectedException when the manifest would be longer than devices take
   */
  public MadeVersion manifest(
      VersionSource source, List<ArtifactEntry> entries, List<VersionManifest> earlier)
      throws RejectedException {
    ModelVersion version = source.version();
    VersionManifest manifest =
        new VersionManifest(
            source.population(),
            version.digest(),
            source.spec(),
            new VersionOrigin(
                version.parent(),
                version.round().stream().toList(),
                Optional.of(FileDigest.of(source.configuration().getBytes(StandardCharsets.UTF_8))),
                SOFTWARE),
            ManifestMetrics.of(version),
            entries,
            deltas(source, models.load(version.digest()), entries, earlier));
    byte[] content = manifest.encode();
    if (content.length > VersionManifest.MAXIMUM_BYTES) { // publishing it would end all publishing
      throw new RejectedException(
          RejectReason.WRONG_STATE,
          "the manifest of version "
              + version.digest()
              + " would have "
              + content.length
              + " bytes, at most "
              + VersionManifest.MAXIMUM_BYTES
              + " are read: measure on fewer data, or promote fewer kinds");
    }
    return new MadeVersion(artifacts.save(content), manifest, content);
  }

  /** What devices have stays where it can, so that the way from it is short. */
  private ArtifactEntry made(
      SpecifiedModel model, ArtifactKind kind, List<VersionManifest> earlier) {
    Optional<FileDigest> published =
        earlier.stream()
            .filter(manifest -> manifest.spec().equals(model.spec()))
            .flatMap(manifest -> of(manifest, kind).stream())
            .findFirst()
            .map(ArtifactEntry::file);
    if (kind == ArtifactKind.INT8) {
      QuantizedModel next =
          published.isPresent()
              ? SteadyQuantizer.DEFAULT.next(integers(model.spec(), published.get()), model.state())
              : SteadyQuantizer.DEFAULT.first(model.state());
      return saved(kind, Int8Form.toBytes(next), List.of("int8"));
    }
    ModelCodec codec =
        kind == ArtifactKind.INT4 && published.isPresent()
            ? following(model.spec(), published.get())
            : ModelCodecs.named(kind.code()).orElseThrow();
    ModelArtifact artifact = ModelCompressor.with(codec).compress(model);
    return saved(kind, artifact.bytes(), artifact.codecs());
  }

  private Int4Codec following(ModelSpec spec, FileDigest published) {
    try {
      return Int4Codec.following(spec, artifacts.load(published));
    } catch (MalformedArtifactException e) {
      throw corrupt(published, e);
    }
  }

  private ArtifactEntry saved(ArtifactKind kind, byte[] content, List<String> codecs) {
    return new ArtifactEntry(
        kind, artifacts.save(content), content.length, codecs, Optional.empty());
  }

  private List<DeltaEntry> deltas(
      VersionSource source,
      ModelState state,
      List<ArtifactEntry> entries,
      List<VersionManifest> earlier) {
    List<DeltaEntry> deltas = new ArrayList<>();
    for (VersionManifest base : earlier) {
      if (base.spec().equals(source.spec())) {
        for (ArtifactEntry entry : entries) {
          of(base, entry.kind())
              .filter(from -> !from.file().equals(entry.file()))
              .flatMap(from -> delta(source.spec(), state, from, entry))
              .ifPresent(delta -> add(deltas, delta));
        }
      }
    }
    return deltas;
  }

  /** The way between two artifacts of one kind, when it is worth it. */
  private Optional<DeltaEntry> delta(
      ModelSpec spec, ModelState state, ArtifactEntry from, ArtifactEntry to) {
    Optional<byte[]> delta =
        switch (to.kind()) {
          case FLOAT32 -> floatDelta(from, to, state);
          case INT8 -> int8Delta(spec, from, to);
          case FP16, INT4, PRUNED, DISTILLED, ONNX, ONNX_INT8 -> fileDelta(from, to);
        };
    return delta
        .filter(bytes -> bytes.length <= WORTH_IT * to.bytes())
        .map(
            bytes ->
                new DeltaEntry(
                    to.kind(), from.file(), to.file(), artifacts.save(bytes), bytes.length));
  }

  private Optional<byte[]> floatDelta(ArtifactEntry from, ArtifactEntry to, ModelState state) {
    ModelDigest base = new ModelDigest(from.file().hex());
    if (models.find(base).isEmpty()) {
      return Optional.empty();
    }
    var step = models.step(new ModelDigest(to.file().hex()), base);
    return Optional.of(FloatDelta.encode(models.load(base), state, step));
  }

  /** An upload may have its tensors in another order than the files that are made here. */
  private Optional<byte[]> int8Delta(ModelSpec spec, ArtifactEntry from, ArtifactEntry to) {
    QuantizedModel next = integers(spec, to.file());
    return FileDigest.of(Int8Form.toBytes(next)).equals(to.file())
        ? Optional.of(new Int8Delta(new Int8Form()).encode(integers(spec, from.file()), next))
        : fileDelta(from, to);
  }

  private Optional<byte[]> fileDelta(ArtifactEntry from, ArtifactEntry to) {
    try {
      return FileDelta.encode(artifacts.load(from.file()), artifacts.load(to.file()));
    } catch (MalformedArtifactException e) {
      throw corrupt(from.file(), e);
    }
  }

  private static void add(List<DeltaEntry> deltas, DeltaEntry delta) {
    boolean known =
        deltas.stream()
            .anyMatch(other -> other.from().equals(delta.from()) && other.to().equals(delta.to()));
    if (!known) {
      deltas.add(delta);
    }
  }

  private QuantizedModel integers(ModelSpec spec, FileDigest file) {
    try {
      return Int8Form.read(spec, artifacts.load(file));
    } catch (MalformedArtifactException e) {
      throw corrupt(file, e);
    }
  }

  private static StoreException corrupt(FileDigest file, MalformedArtifactException cause) {
    return new StoreException(
        StoreException.Kind.CORRUPT, "artifact " + file + ": " + cause.getMessage(), cause);
  }

  private static Optional<ArtifactEntry> of(VersionManifest manifest, ArtifactKind kind) {
    return manifest.artifacts().stream().filter(entry -> entry.kind() == kind).findFirst();
  }
}
