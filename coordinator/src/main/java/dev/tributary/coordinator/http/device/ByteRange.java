package dev.tributary.coordinator.http.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request asks for (RFC 9110, section 14): one range of bytes. A header
 * with several ranges, another unit or a fault of form is ignored, as section 14.2 allows, and the
 * whole file is sent.
 */
sealed interface ByteRange {

  record Whole() implements ByteRange {}

  /** Bytes {@code first..last}, both inside the file. */
  record Part(long first, long last) implements ByteRange {

    long lengthBytes() {
      return last - first + 1;
    }
  }

  record Unsatisfiable() implements ByteRange {}

  Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  static ByteRange of(@Nullable String header, long fileBytes) {
    Matcher form = FORM.matcher(header == null ? "" : header.strip());
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return new Whole();
    }
    if (form.group(1).isEmpty()) {
      long suffixBytes = Math.min(Long.parseLong(form.group(2)), fileBytes);
      return suffixBytes == 0
          ? new Unsatisfiable()
          : new Part(fileBytes - suffixBytes, fileBytes - 1);
    }
    long first = Long.parseLong(form.group(1));
    long last = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    if (last < first) {
      return new Whole();
    }
    return first >= fileBytes
        ? new Unsatisfiable()
        : new Part(first, Math.min(last, fileBytes - 1));
  }
}
