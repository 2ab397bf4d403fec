package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.artifact.ShiftedImages;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.nio.file.Path;
import java.util.Optional;

/** What a network learns. */
enum RowSource {
  /** Handwritten digits, or digits drawn here. */
  DIGITS("the four files of MNIST") {
    @Override
    Optional<DataSource> of(Optional<Path> directory) {
      return Optional.of(
          directory
              .<DataSource>map(DataSource.Mnist::new)
              .orElseGet(() -> new DataSource.Strokes(STROKES)));
    }

    // An image moved a little is an image: a network that takes it as a plain row learns from it
    // too.
    @Override
    Examples more(Examples open, Dataset dataset, long seed) {
      return ShiftedImages.of(open, dataset.inputShape(), COPIES, seed);
    }
  },
  /** The next character of plays. */
  PLAYS("input.txt of Shakespeare's plays") {
    @Override
    Optional<DataSource> of(Optional<Path> directory) {
      return directory.map(found -> new DataSource.Shakespeare(found, STEPS, STRIDE, 1));
    }

    @Override
    Examples more(Examples open, Dataset dataset, long seed) {
      return open;
    }
  };

  private static final StrokesParameters STROKES = new StrokesParameters(60, 2000, 28);
  private static final int WRITERS = 100;
  private static final int COPIES = 2;
  private static final int STEPS = 80;
  private static final int STRIDE = 5;

  private final String files;

  RowSource(String files) {
    this.files = files;
  }

  /** What the folder of the data holds. */
  String files() {
    return files;
  }

  /** The rows of a folder, or those that need none; empty where there are none without. */
  abstract Optional<DataSource> of(Optional<Path> directory);

  /** Further rows for a student, whose teacher says what they show; those given among them. */
  abstract Examples more(Examples open, Dataset dataset, long seed);

  /** Reads or draws the rows. */
  static Dataset load(DataSource source, long seed) {
    return source.load(WRITERS, seed);
  }
}
