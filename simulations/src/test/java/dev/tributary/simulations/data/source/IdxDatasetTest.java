package dev.tributary.simulations.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  @TempDir Path directory;

  /** Four images of 2 by 3 pixels to train on, two to test on. */
  @BeforeEach
  void writeFiles() throws IOException {
    write(TRAIN_IMAGES, idx(counting(24), 4, 2, 3));
    write(TRAIN_LABELS, idx(new byte[] {0, 1, 2, 1}, 4));
    write(TEST_IMAGES, idx(counting(12), 2, 2, 3));
    write(TEST_LABELS, idx(new byte[] {2, 0}, 2));
  }

  @Test
  void wholeFiles_areImagesScaledToOneAndLabels() {
    Dataset dataset = load();
    assertThat(dataset.train().size()).isEqualTo(4);
    assertThat(dataset.test().size()).isEqualTo(2);
    assertThat(dataset.classes()).isEqualTo(3);
    assertThat(dataset.inputShape()).hasToString("[1, 2, 3]");
    assertThat(dataset.train().label(2)).isEqualTo(2);
    assertThat(dataset.train().feature(1, 3)).isEqualTo(9 * 10 / 255f);
    assertThat(dataset.naturalDevice()).isEmpty();
  }

  @Test
  void packedFiles_areReadAsUnpackedOnes() throws IOException {
    Files.delete(directory.resolve(TRAIN_IMAGES));
    write(TRAIN_IMAGES + ".gz", packed(idx(counting(24), 4, 2, 3)));
    assertThat(load().train().feature(1, 3)).isEqualTo(9 * 10 / 255f);
  }

  @Test
  void missingFile_isNamedWithWhatToDownload() throws IOException {
    Files.delete(directory.resolve(TEST_LABELS));
    refused(directory.resolve(TEST_LABELS).toString());
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> new DataSource.Mnist(directory.resolve("none")).load(1, 1))
        .withMessageContaining("there is no directory")
        .withMessageContaining("download the four files of https://");
  }

  @Test
  void cutFile_isRefusedWithBothLengths() throws IOException {
    byte[] whole = idx(counting(24), 4, 2, 3);
    write(TRAIN_IMAGES, Arrays.copyOf(whole, whole.length - 1));
    refused(
        "expected 40 bytes for the extents [4, 2, 3] in its header, found 39; the file is cut"
            + " short");
    write(TRAIN_IMAGES, Arrays.copyOf(whole, 10));
    refused("expected a header of 16 bytes, found 10; the file is cut short");
    write(TRAIN_IMAGES, new byte[0]);
    refused("begins with 00000803");
  }

  @Test
  void everyCut_isRefused() throws IOException {
    byte[] whole = idx(new byte[] {0, 1, 2, 1}, 4);
    for (int length = 0; length < whole.length; length++) {
      write(TRAIN_LABELS, Arrays.copyOf(whole, length));
      refused(TRAIN_LABELS);
    }
  }

  @Test
  void longerFile_isRefused() throws IOException {
    byte[] whole = idx(counting(24), 4, 2, 3);
    write(TRAIN_IMAGES, Arrays.copyOf(whole, whole.length + 1));
    refused("found 41; something follows the values");
  }

  @Test
  void otherMagic_isRefusedWithBoth() throws IOException {
    write(TRAIN_IMAGES, idx(new byte[] {0, 1, 2, 1}, 4));
    refused(
        "expected an IDX file that begins with 00000803 (unsigned bytes, 3 dimensions), found"
            + " 00000801");
  }

  @Test
  void hugeExtents_areRefusedWithoutReservingMemory() throws IOException {
    write(TRAIN_IMAGES, idx(new byte[0], Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    refused("expected extents of at least 1 and at most");
    write(TRAIN_IMAGES, idx(new byte[0], -4, 2, 3));
    refused("found [-4, 2, 3]");
  }

  @Test
  void countsThatDoNotAgree_areRefused() throws IOException {
    write(TRAIN_LABELS, idx(new byte[] {0, 1, 2}, 3));
    refused("expected 4 labels, one for each image of");
    write(TRAIN_LABELS, idx(new byte[] {0, 1, 1, 1}, 4));
    refused("expected labels below 2");
  }

  @Test
  void damagedGzip_isRefused() throws IOException {
    Files.delete(directory.resolve(TRAIN_IMAGES));
    byte[] whole = packed(idx(counting(24), 4, 2, 3));
    write(TRAIN_IMAGES + ".gz", Arrays.copyOf(whole, whole.length - 12));
    refused("cut short");
    write(TRAIN_IMAGES + ".gz", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    refused("expected a gzip file");
  }

  @Test
  void mnist_withOtherContent_isRefusedByItsDigest() {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> new DataSource.Mnist(directory).load(1, 1))
        .withMessageContaining(
            "SHA-256 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")
        .withMessageContaining("data.name=idx");
  }

  private Dataset load() {
    return new DataSource.Idx(directory).load(1, 1);
  }

  private void refused(String reason) {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(this::load)
        .withMessageContaining(reason);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(directory.resolve(name), bytes);
  }

  private static byte[] counting(int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) (10 * i);
    }
    return values;
  }

  private static byte[] idx(byte[] values, int... extents) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * extents.length + values.length);
    file.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) extents.length);
    for (int extent : extents) {
      file.putInt(extent);
    }
    return file.put(values).array();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
