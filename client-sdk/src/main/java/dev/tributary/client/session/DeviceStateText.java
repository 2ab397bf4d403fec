package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.Contributing.Unmasking;
import dev.tributary.client.session.Contributing.Uploaded;
import dev.tributary.client.session.Contributing.Uploading;
import dev.tributary.client.session.DeviceState.Done;
import dev.tributary.client.session.DeviceState.Dropped;
import dev.tributary.client.session.DeviceState.Idle;
import dev.tributary.client.session.Preparing.Advertising;
import dev.tributary.client.session.Preparing.Enrolled;
import dev.tributary.client.session.Preparing.KeysShared;
import dev.tributary.client.session.Preparing.Training;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A device's state as one line: its name and its fields, percent-encoded, with single spaces
 * between them.
 */
public final class DeviceStateText {

  private DeviceStateText() {}

  /** The line for {@code state}. */
  public static String format(DeviceState state) {
    return Stream.concat(Stream.of(state.name()), state.fields().stream())
        .map(field -> URLEncoder.encode(field, StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }

  /**
   * The state of a line.
   *
   * @throws IllegalArgumentException when the line is not one that {@link #format} makes
   */
  public static DeviceState parse(String line) {
    List<String> words =
        Arrays.stream(line.split(" ", -1))
            .map(word -> URLDecoder.decode(word, StandardCharsets.UTF_8))
            .toList();
    var fields = words.subList(1, words.size());
    DeviceState state =
        switch (words.get(0)) {
          case "idle" -> new Idle();
          case "enrolled" -> new Enrolled(round(fields));
          case "advertising" -> new Advertising(round(fields), digest(fields, 1));
          case "keys-shared" -> new KeysShared(round(fields), digest(fields, 1));
          case "training" -> new Training(round(fields), digest(fields, 1));
          case "uploading" ->
              new Uploading(
                  round(fields),
                  digest(fields, 1),
                  new UploadId(field(fields, 2)),
                  digest(fields, 3),
                  Long.parseLong(field(fields, 4)));
          case "uploaded" -> new Uploaded(round(fields));
          case "unmasking" -> new Unmasking(round(fields));
          case "done" -> new Done(round(fields));
          case "dropped" -> new Dropped(round(fields), field(fields, 1), field(fields, 2));
          default -> throw new IllegalArgumentException("unknown device state: " + words.get(0));
        };
    if (state.fields().size() != fields.size()) {
      throw new IllegalArgumentException(
          "state "
              + state.name()
              + " has "
              + state.fields().size()
              + " fields, not "
              + fields.size());
    }
    return state;
  }

  private static RoundId round(List<String> fields) {
    return RoundId.of(field(fields, 0));
  }

  private static ContentDigest digest(List<String> fields, int index) {
    return new ContentDigest(field(fields, index));
  }

  private static String field(List<String> fields, int index) {
    if (index >= fields.size()) {
      throw new IllegalArgumentException("a device state lacks its field " + (index + 1));
    }
    return fields.get(index);
  }
}
