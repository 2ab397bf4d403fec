package dev.tributary.aggregation.model.safetensors;

import dev.tributary.aggregation.model.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file, checked against every rule of the format: tensors tile the data
 * exactly, without overlap, hole or rest, each at a multiple of its element size and of the length
 * that its shape asks for.
 */
record SafetensorsHeader(List<TensorEntry> tensors, Map<String, String> metadata) {

  private static final String METADATA = "__metadata__";
  private static final int MAX_TENSORS = 65_536;

  /**
   * Reads and checks a header.
   *
   * @param json the bytes between the length field and the data
   * @param dataBytes how many bytes follow the header
   * @return the tensors in the order of their data
   */
  static SafetensorsHeader parse(byte[] json, long dataBytes) throws MalformedSafetensorsException {
    HeaderScanner scanner = new HeaderScanner(json);
    if (!scanner.startsWith('{')) {
      throw scanner.fault("expected '{'");
    }
    scanner.consume('{');
    List<TensorEntry> tensors = new ArrayList<>();
    Map<String, String> metadata = Map.of();
    Set<String> names = new HashSet<>();
    if (!scanner.tryConsume('}')) {
      do {
        String name = readKey(scanner, names);
        if (name.equals(METADATA)) {
          metadata = readMetadata(scanner);
        } else {
          tensors.add(readTensor(name, scanner));
        }
        if (tensors.size() > MAX_TENSORS) {
          throw scanner.fault("more than " + MAX_TENSORS + " tensors");
        }
      } while (scanner.tryConsume(','));
      scanner.consume('}');
    }
    scanner.consumePadding();
    tensors.sort(Comparator.comparingLong(TensorEntry::beginByte));
    requireExactTiling(tensors, dataBytes);
    return new SafetensorsHeader(List.copyOf(tensors), Map.copyOf(metadata));
  }

  private static String readKey(HeaderScanner scanner, Set<String> seen)
      throws MalformedSafetensorsException {
    String key = scanner.readString();
    if (!seen.add(key)) {
      throw scanner.fault("duplicate key");
    }
    scanner.consume(':');
    return key;
  }

  private static Map<String, String> readMetadata(HeaderScanner scanner)
      throws MalformedSafetensorsException {
    Map<String, String> metadata = new HashMap<>();
    Set<String> keys = new HashSet<>();
    scanner.consume('{');
    if (scanner.tryConsume('}')) {
      return metadata;
    }
    do {
      String key = readKey(scanner, keys);
      metadata.put(key, scanner.readString());
    } while (scanner.tryConsume(','));
    scanner.consume('}');
    return metadata;
  }

  private static TensorEntry readTensor(String name, HeaderScanner scanner)
      throws MalformedSafetensorsException {
    Set<String> keys = new HashSet<>();
    String type = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    scanner.consume('{');
    do {
      String key = readKey(scanner, keys);
      switch (key) {
        case "dtype" -> type = scanner.readString();
        case "shape" -> shape = readNumbers(scanner, TensorSpec.MAX_RANK);
        case "data_offsets" -> offsets = readNumbers(scanner, 2);
        default -> throw scanner.fault("unknown key in a tensor");
      }
    } while (scanner.tryConsume(','));
    scanner.consume('}');
    if (keys.size() != 3 || offsets.size() != 2) {
      throw scanner.fault("a tensor needs exactly dtype, shape and two data_offsets");
    }
    ElementType elementType =
        ElementType.named(type)
            .orElseThrow(() -> scanner.fault("dtype is not one that is read here"));
    return entry(name, elementType, shape, offsets.get(0), offsets.get(1), scanner);
  }

  private static TensorEntry entry(
      String name, ElementType type, List<Long> shape, long begin, long end, HeaderScanner scanner)
      throws MalformedSafetensorsException {
    TensorSpec spec;
    try {
      spec = new TensorSpec(name, shape.stream().mapToInt(Math::toIntExact).toArray());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw scanner.fault("tensor name or shape out of bounds");
    }
    long lengthBytes = (long) spec.elementCount() * type.bytes();
    if (lengthBytes > Integer.MAX_VALUE) {
      throw scanner.fault("a tensor of more than " + Integer.MAX_VALUE + " bytes cannot be mapped");
    }
    if (end - begin != lengthBytes) {
      throw scanner.fault(
          "data_offsets span " + (end - begin) + " bytes, the shape asks for " + lengthBytes);
    }
    if (begin % type.bytes() != 0) {
      throw scanner.fault("data begins at byte " + begin + ", not a multiple of " + type.bytes());
    }
    return new TensorEntry(name, type, spec.shape(), begin, lengthBytes);
  }

  private static List<Long> readNumbers(HeaderScanner scanner, int most)
      throws MalformedSafetensorsException {
    List<Long> numbers = new ArrayList<>();
    scanner.consume('[');
    if (scanner.tryConsume(']')) {
      return numbers;
    }
    do {
      numbers.add(scanner.readNumber());
      if (numbers.size() > most) {
        throw scanner.fault("more than " + most + " numbers in a list");
      }
    } while (scanner.tryConsume(','));
    scanner.consume(']');
    return numbers;
  }

  private static void requireExactTiling(List<TensorEntry> byBegin, long dataBytes)
      throws MalformedSafetensorsException {
    long expected = 0;
    for (TensorEntry tensor : byBegin) {
      if (tensor.beginByte() != expected) {
        throw new MalformedSafetensorsException(
            (tensor.beginByte() < expected ? "overlap" : "hole")
                + ": data continues at byte "
                + tensor.beginByte()
                + ", expected "
                + expected);
      }
      expected = tensor.endByte();
    }
    if (expected != dataBytes) {
      throw new MalformedSafetensorsException(
          "wrong size: the header describes "
              + expected
              + " bytes of data, the file has "
              + dataBytes);
    }
  }
}
