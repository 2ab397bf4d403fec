package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RejectReasonTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "protocol.md");

  /** A row of the error table: {@code | `code` | status | `remedy` | meaning |}. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([0-9]{3}) \\| `([a-z-]+)` \\|");

  @ParameterizedTest
  @EnumSource
  void reason_isFoundByItsCode(RejectReason reason) {
    assertThat(reason.code()).matches("[a-z]+(-[a-z]+)*");
    assertThat(RejectReason.ofCode(reason.code())).contains(reason);
    assertThat(reason.httpStatus()).isBetween(400, 599);
  }

  @Test
  void unknownCode_isNoReason() {
    assertThat(RejectReason.ofCode("from-the-future")).isEmpty();
  }

  @Test
  void everyServerError_mayBeRetried() {
    assertThat(RejectReason.values())
        .filteredOn(reason -> reason.httpStatus() >= 500)
        .allMatch(reason -> reason.remedy() == RejectReason.Remedy.RETRY);
  }

  @Test
  void tableOfTheDocument_isThisEnumeration() throws IOException {
    List<String> rows =
        ROW.matcher(Files.readString(DOCUMENT)).results().map(RejectReasonTest::groups).toList();
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(RejectReason.values())
                .map(
                    reason ->
                        "%s %d %s"
                            .formatted(reason.code(), reason.httpStatus(), reason.remedy().code()))
                .toList());
  }

  private static String groups(MatchResult row) {
    return "%s %s %s".formatted(row.group(1), row.group(2), row.group(3));
  }
}
