package dev.tributary.simulations.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShakespeareDatasetTest {

  private static final String PLAY =
      "First:\nabcabcabca\n\nSecond:\nbbbb\nbbbbb\n\nFirst:\nbcabcabca\n\nThird:\nc\n";

  @TempDir Path directory;

  @Test
  void aPart_isADeviceAndItsSpeechesOneText() throws IOException {
    Dataset dataset = load(PLAY, 3, 1, 1);
    // First says 21 characters, 16 to train on: 13 rows of 3 and the next; Second 11, 8 to train
    // on; Third too few.
    assertThat(dataset.naturalDevices()).isEqualTo(2);
    assertThat(dataset.train().size()).isEqualTo(13 + 5);
    assertThat(dataset.naturalDevice().orElseThrow()).startsWith(0).endsWith(1);
  }

  @Test
  void aRow_isCharactersAndItsLabelTheNext() throws IOException {
    Dataset dataset = load(PLAY, 3, 1, 1);
    int a = dataset.classNames().indexOf("a");
    int b = dataset.classNames().indexOf("b");
    int c = dataset.classNames().indexOf("c");
    assertThat(dataset.train().feature(1, 0)).isEqualTo(b);
    assertThat(dataset.train().feature(1, 1)).isEqualTo(c);
    assertThat(dataset.train().feature(1, 2)).isEqualTo(a);
    assertThat(dataset.train().label(1)).isEqualTo(b);
  }

  @Test
  void aStride_skipsStartsAndAFewRowsAreTooFew() throws IOException {
    assertThat(load(PLAY, 3, 4, 1).train().size()).isEqualTo(4 + 2);
    assertThat(load(PLAY, 3, 1, 6).naturalDevices()).isEqualTo(1);
  }

  @Test
  void textWithoutParts_isRefused() {
    refused(
        "to be or not to be",
        1,
        "expected paragraphs of a name, a colon and lines, found none in 18 characters");
    refused(
        PLAY,
        100,
        "expected a part with at least 100 rows of 3 characters, found none among 3 parts");
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> new DataSource.Shakespeare(directory.resolve("none"), 3, 1, 1).load(1, 1))
        .withMessageContaining("input.txt not found")
        .withMessageContaining("download https://");
  }

  private void refused(String text, int minimumExamples, String reason) {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> load(text, 3, 1, minimumExamples))
        .withMessageContaining(reason);
  }

  private Dataset load(String text, int length, int stride, int minimumExamples)
      throws IOException {
    Files.writeString(directory.resolve("input.txt"), text);
    return new DataSource.Shakespeare(directory, length, stride, minimumExamples).load(1, 1);
  }
}
