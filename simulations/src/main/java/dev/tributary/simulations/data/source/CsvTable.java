package dev.tributary.simulations.data.source;

import dev.tributary.simulations.data.UnusableDataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A CSV file in memory (RFC 4180: commas, cells in double quotes where needed, a header line), read
 * strictly: every line has as many cells as the header, no cell is empty, no column name occurs
 * twice. Lines without any text are skipped.
 */
final class CsvTable {

  private record Row(int line, List<String> cells) {}

  private final Path path;
  private final List<String> columns;
  private final List<Row> rows;

  private CsvTable(Path path, List<String> columns, List<Row> rows) {
    this.path = path;
    this.columns = columns;
    this.rows = rows;
  }

  static CsvTable read(Path path) {
    List<Row> lines = new Cells(path, DataFiles.text(path)).lines();
    if (lines.isEmpty()) {
      throw new UnusableDataException(path + ": expected a header line, found an empty file");
    }
    List<String> columns = lines.get(0).cells();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (column.isEmpty() || !seen.add(column)) {
        throw new UnusableDataException(
            path
                + ", line "
                + lines.get(0).line()
                + ": expected column names that are present and differ, found "
                + columns);
      }
    }
    for (Row row : lines) {
      if (row.cells().size() != columns.size()) {
        throw new UnusableDataException(
            path
                + ", line "
                + row.line()
                + ": expected "
                + columns.size()
                + " cells, as in the header, found "
                + row.cells().size());
      }
    }
    return new CsvTable(path, columns, List.copyOf(lines.subList(1, lines.size())));
  }

  Path path() {
    return path;
  }

  List<String> columns() {
    return columns;
  }

  int rows() {
    return rows.size();
  }

  /** The number of the column with this name. */
  int column(String name) {
    int column = columns.indexOf(name);
    if (column < 0) {
      throw new UnusableDataException(path + ": expected a column " + name + ", found " + columns);
    }
    return column;
  }

  /** A cell, for error messages. */
  String place(int row, int column) {
    return path + ", line " + rows.get(row).line() + ", column " + columns.get(column);
  }

  /** The text of a cell, never empty. */
  String text(int row, int column) {
    String text = rows.get(row).cells().get(column);
    if (text.isEmpty()) {
      throw new UnusableDataException(place(row, column) + ": expected a value, found nothing");
    }
    return text;
  }

  /** A cell as a finite number. */
  float number(int row, int column) {
    String text = text(row, column);
    try {
      float number = Float.parseFloat(text);
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw new UnusableDataException(
          place(row, column) + ": expected a number, found " + text, notANumber);
    }
    throw new UnusableDataException(
        place(row, column) + ": expected a finite number, found " + text);
  }

  /** The cutting of text into lines of cells. */
  private static final class Cells {

    private final Path path;
    private final String text;
    private final List<Row> lines = new ArrayList<>();
    private final List<String> cells = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private boolean quoted;
    private int line = 1;
    private int lineOfRow = 1;

    Cells(Path path, String text) {
      this.path = path;
      this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    List<Row> lines() {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else if (c == '"') {
          toggleQuote();
        } else if (c == ',' && !quoted) {
          endCell();
        } else if (c == '\n') {
          endLine();
        } else if (c != '\r') {
          cell.append(c);
        }
      }
      if (quoted) {
        throw new UnusableDataException(
            path + ", line " + lineOfRow + ": expected a closing double quote, found none");
      }
      endLine();
      return lines;
    }

    private void toggleQuote() {
      if (!quoted && !cell.toString().isBlank()) {
        throw new UnusableDataException(
            path
                + ", line "
                + line
                + ": expected a double quote only around a whole cell, found one inside");
      }
      quoted = !quoted;
    }

    private void endCell() {
      cells.add(cell.toString().strip());
      cell.setLength(0);
    }

    private void endLine() {
      line++;
      if (quoted) {
        cell.append('\n');
        return;
      }
      if (!cells.isEmpty() || !cell.toString().isBlank()) {
        endCell();
        lines.add(new Row(lineOfRow, List.copyOf(cells)));
      }
      cells.clear();
      cell.setLength(0);
      lineOfRow = line;
    }
  }
}
