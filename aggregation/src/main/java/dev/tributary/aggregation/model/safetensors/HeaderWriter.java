package dev.tributary.aggregation.model.safetensors;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes the header of a safetensors file: free text first, then tensors in the order given, no
 * white space but the spaces after the JSON that bring the data to a multiple of 8 bytes. One use.
 */
public final class HeaderWriter {

  private final StringBuilder json = new StringBuilder("{");
  private long begin;

  /** Adds the free text entries, in the map's order; called first, and not for an empty map. */
  public void metadata(Map<String, String> entries) {
    json.append("\"__metadata__\":{");
    String separator = "";
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      json.append(separator);
      appendString(entry.getKey());
      json.append(':');
      appendString(entry.getValue());
      separator = ",";
    }
    json.append('}');
  }

  /** Adds a tensor whose data follow those of the tensor before. */
  public void tensor(String name, ElementType type, int[] shape) {
    long end =
        begin + type.bytes() * Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
    json.append(json.length() == 1 ? "" : ",");
    appendString(name);
    json.append(":{\"dtype\":\"").append(type.name()).append("\",\"shape\":[");
    for (int i = 0; i < shape.length; i++) {
      json.append(i == 0 ? "" : ",").append(shape[i]);
    }
    json.append("],\"data_offsets\":[").append(begin).append(',').append(end).append("]}");
    begin = end;
  }

  /** The header, padded; its length is what the file begins with. */
  public byte[] toBytes() {
    byte[] text = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    int unit = SafetensorsFile.ALIGNMENT_BYTES;
    byte[] header = Arrays.copyOf(text, (text.length + unit - 1) / unit * unit);
    Arrays.fill(header, text.length, header.length, (byte) ' ');
    return header;
  }

  /**
   * What is written here has no control characters, so only the quote and the backslash need an
   * escape (RFC 8259 s. 7).
   */
  private void appendString(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\');
      }
      json.append(c);
    }
    json.append('"');
  }
}
