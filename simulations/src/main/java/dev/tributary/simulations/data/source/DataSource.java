package dev.tributary.simulations.data.source;

import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where rows come from, and how to read them: the {@code data} section of a scenario. Loading reads
 * whole files and is done on the calling thread, never an event loop.
 */
public sealed interface DataSource {

  /** The name of the data set in scenarios, on the command line and in reports. */
  String name();

  /** Whether the rows tell which device they come from, so that a natural partition is possible. */
  boolean knowsDevices();

  /**
   * Reads or generates the data set.
   *
   * @param devices how many devices will share it; generated data make one writing style for each
   * @param seed what generated data and random splits follow; files are read the same whatever it
   *     is
   * @throws UnusableDataException when a file is missing, damaged or of another kind
   */
  Dataset load(int devices, long seed);

  /** Handwriting-like digits, generated: nothing to download. */
  record Strokes(StrokesParameters parameters) implements DataSource {
    @Override
    public String name() {
      return "strokes";
    }

    @Override
    public boolean knowsDevices() {
      return true;
    }

    @Override
    public Dataset load(int devices, long seed) {
      return StrokesDataset.generate(parameters, devices, seed);
    }
  }

  /** The MNIST digits: the four IDX files, plain or {@code .gz}, with the published content. */
  record Mnist(Path directory) implements DataSource {
    @Override
    public String name() {
      return "mnist";
    }

    @Override
    public boolean knowsDevices() {
      return false;
    }

    @Override
    public Dataset load(int devices, long seed) {
      return IdxDataset.load(name(), directory, IdxDataset.MNIST_SHA256);
    }
  }

  /** Any images and labels in four files named and formatted as MNIST's. */
  record Idx(Path directory) implements DataSource {
    @Override
    public String name() {
      return "idx";
    }

    @Override
    public boolean knowsDevices() {
      return false;
    }

    @Override
    public Dataset load(int devices, long seed) {
      return IdxDataset.load(name(), directory, IdxDataset.ANY_CONTENT);
    }
  }

  /**
   * The UCI heart disease data of four hospitals.
   *
   * @param perHospital whether each hospital shifts and scales its features by its own training
   *     rows; else all do by those of all hospitals, which a federation learns from sums
   */
  record Heart(Path directory, boolean perHospital) implements DataSource {
    @Override
    public String name() {
      return "heart";
    }

    @Override
    public boolean knowsDevices() {
      return true;
    }

    @Override
    public Dataset load(int devices, long seed) {
      return HeartDataset.load(directory, perHospital);
    }
  }

  /**
   * Plays in which a device is a speaking part and the task is to predict the next character.
   *
   * @param directory holds {@code input.txt}
   * @param sequenceLength how many characters a row shows
   * @param stride how many characters lie between the starts of two rows
   * @param minimumExamples parts with fewer training rows are left out
   */
  record Shakespeare(Path directory, int sequenceLength, int stride, int minimumExamples)
      implements DataSource {
    @Override
    public String name() {
      return "shakespeare";
    }

    @Override
    public boolean knowsDevices() {
      return true;
    }

    @Override
    public Dataset load(int devices, long seed) {
      return ShakespeareDataset.load(this);
    }
  }

  /**
   * A table of numbers with a header line.
   *
   * @param file the training rows, and the test rows too unless {@code testFile} is given
   * @param testFile the test rows, with the same columns
   * @param labelColumn the name of the column with the class: any text
   * @param deviceColumn the name of the column that tells whose row it is: any text
   * @param testFraction the part of {@code file} held out when there is no {@code testFile}, in (0,
   *     1)
   * @param standardize whether each feature is shifted and scaled to mean 0 and deviation 1 of the
   *     training rows
   */
  record Csv(
      Path file,
      Optional<Path> testFile,
      String labelColumn,
      Optional<String> deviceColumn,
      double testFraction,
      boolean standardize)
      implements DataSource {
    @Override
    public String name() {
      return "csv";
    }

    @Override
    public boolean knowsDevices() {
      return deviceColumn.isPresent();
    }

    @Override
    public Dataset load(int devices, long seed) {
      return CsvDataset.load(this, seed);
    }
  }
}
