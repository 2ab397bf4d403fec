package dev.tributary.aggregation.model.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file in memory, of any of the known element types, its header checked as {@link
 * SafetensorsFile} checks it. Shares the array it was read from. Safe for use by several threads.
 */
public final class TensorArchive {

  private final byte[] file;
  private final int dataStart;
  private final SafetensorsHeader header;

  private TensorArchive(byte[] file, int dataStart, SafetensorsHeader header) {
    this.file = file;
    this.dataStart = dataStart;
    this.header = header;
  }

  /**
   * Checks the header of a file.
   *
   * @param file the whole file; nobody writes to it afterwards
   * @throws MalformedSafetensorsException if a rule of the format is broken
   */
  public static TensorArchive read(byte[] file) throws MalformedSafetensorsException {
    if (file.length < SafetensorsFile.LENGTH_BYTES) {
      throw new MalformedSafetensorsException(
          "file of " + file.length + " bytes: too short for a header length");
    }
    long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int dataStart =
        SafetensorsFile.LENGTH_BYTES + SafetensorsFile.checkedHeaderBytes(length, file.length);
    byte[] json = Arrays.copyOfRange(file, SafetensorsFile.LENGTH_BYTES, dataStart);
    return new TensorArchive(
        file, dataStart, SafetensorsHeader.parse(json, file.length - dataStart));
  }

  /** The tensors, in the order of their data. */
  public List<TensorEntry> tensors() {
    return header.tensors();
  }

  /** The free text entries of the header. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Where in the file the data of one of {@link #tensors()} begins. */
  public int beginByte(TensorEntry tensor) {
    return dataStart + Math.toIntExact(tensor.beginByte());
  }

  /** The data of one of {@link #tensors()}: read-only, little-endian. */
  public ByteBuffer data(TensorEntry tensor) {
    return ByteBuffer.wrap(file, beginByte(tensor), Math.toIntExact(tensor.lengthBytes()))
        .slice()
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
