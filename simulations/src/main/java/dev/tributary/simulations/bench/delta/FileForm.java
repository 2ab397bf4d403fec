package dev.tributary.simulations.bench.delta;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Fp16Codec;
import dev.tributary.aggregation.compress.codec.Int4Codec;
import dev.tributary.aggregation.model.ModelSpec;
import java.util.Locale;

/** The kinds of artifacts whose deltas know nothing but files. */
enum FileForm {
  /** Half precision. */
  FP16 {
    @Override
    byte[] next(byte[] published, SpecifiedModel model) {
      return first(model);
    }

    @Override
    byte[] first(SpecifiedModel model) {
      return new Fp16Codec().encode(model);
    }

    @Override
    float[] weights(ModelSpec spec, byte[] file) throws MalformedArtifactException {
      return new Fp16Codec().decode(spec, file).weights();
    }
  },
  /** Four bits, following what is published. */
  INT4 {
    @Override
    byte[] next(byte[] published, SpecifiedModel model) throws MalformedArtifactException {
      return Int4Codec.following(model.spec(), published).encode(model);
    }

    @Override
    byte[] first(SpecifiedModel model) {
      return new Int4Codec().encode(model);
    }

    @Override
    float[] weights(ModelSpec spec, byte[] file) throws MalformedArtifactException {
      return new Int4Codec().decode(spec, file).weights();
    }
  };

  /** The name in the fields. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The first file of a lineage. */
  abstract byte[] first(SpecifiedModel model);

  /** The next file, which may keep what it can of the one before. */
  abstract byte[] next(byte[] published, SpecifiedModel model) throws MalformedArtifactException;

  /** The weights in a file. */
  abstract float[] weights(ModelSpec spec, byte[] file) throws MalformedArtifactException;
}
