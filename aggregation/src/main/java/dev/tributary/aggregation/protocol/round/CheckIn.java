package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A device offers to take part.
 *
 * <p>It is sent in the clear beside no update: what it says serves the choice of devices only, and
 * a device may say less than it has (an example count rounded down, fewer attributes).
 *
 * @param population where
 * @param sdkVersion the version of its software
 * @param exampleCount how many examples it could train on, at least 0
 * @param attributes what tasks may select by, such as {@code region=eu}: at most {@value
 *     #MAXIMUM_ATTRIBUTES} entries, keys and values of 1 to {@value #MAXIMUM_ATTRIBUTE_LENGTH}
 *     characters; copied, in the order of their keys
 * @param runtimes the model runtimes it has, such as {@code java} or {@code pytorch}: at most
 *     {@value #MAXIMUM_RUNTIMES}, each 1 to 32 lower-case letters, digits and hyphens, none twice;
 *     copied
 */
public record CheckIn(
    PopulationName population,
    SdkVersion sdkVersion,
    int exampleCount,
    Map<String, String> attributes,
    List<String> runtimes) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 20 * 1024;

  /** The largest number of attributes. */
  public static final int MAXIMUM_ATTRIBUTES = 32;

  /** The longest key or value of an attribute, in characters. */
  public static final int MAXIMUM_ATTRIBUTE_LENGTH = 64;

  /** The largest number of runtimes. */
  public static final int MAXIMUM_RUNTIMES = 8;

  private static final Pattern RUNTIME_FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final StrictDecoder<Wire.CheckIn> DECODER =
      new StrictDecoder<>("check-in", Wire.CheckIn.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A check-in.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public CheckIn {
    FieldRules.inRange("example_count", exampleCount, 0, Integer.MAX_VALUE);
    FieldRules.entries("attributes", attributes.entrySet(), 0, MAXIMUM_ATTRIBUTES);
    attributes.forEach(
        (key, value) -> {
          FieldRules.text("key of attributes", key, 1, MAXIMUM_ATTRIBUTE_LENGTH);
          FieldRules.text("value of attributes", value, 1, MAXIMUM_ATTRIBUTE_LENGTH);
        });
    FieldRules.entries("runtimes", runtimes, 0, MAXIMUM_RUNTIMES);
    runtimes.forEach(runtime -> FieldRules.form("runtimes", runtime, RUNTIME_FORM));
    FieldRules.agree(
        new LinkedHashSet<>(runtimes).size() == runtimes.size(),
        "runtimes: expected each once, got one twice");
    attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    runtimes = List.copyOf(runtimes);
  }

  /**
   * Decodes a check-in.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static CheckIn decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new CheckIn(
                new PopulationName(wire.getPopulation()),
                SdkVersion.of(wire.getSdkVersion()),
                wire.getExampleCount(),
                wire.getAttributesMap(),
                wire.getRuntimesList()));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.CheckIn.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setPopulation(population.text())
        .setSdkVersion(sdkVersion.toString())
        .setExampleCount(exampleCount)
        .putAllAttributes(attributes)
        .addAllRuntimes(runtimes)
        .build()
        .toByteArray();
  }
}
