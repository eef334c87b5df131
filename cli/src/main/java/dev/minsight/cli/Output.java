package dev.minsight.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.minsight.sdk.Wire;
import java.io.PrintStream;
import java.util.List;

/**
 * Puts results on stdout, as text or as JSON, and everything else on stderr. What a server said is
 * cleaned of control characters before a terminal sees it: a label may not move the cursor.
 */
final class Output {

  private static final ObjectMapper MAPPER =
      Wire.newMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);

  private final boolean json;
  private final PrintStream out;
  private final PrintStream err;

  Output(boolean json, PrintStream out, PrintStream err) {
    this.json = json;
    this.out = out;
    this.err = err;
  }

  boolean json() {
    return json;
  }

  /** Indented by two, nulls left out. */
  void document(Object value) {
    out.print(write(MAPPER.writer(prettyPrinter()), value) + "\n");
  }

  /** One line of a stream of results. */
  void documentLine(Object value) {
    out.print(write(MAPPER.writer(), value) + "\n");
  }

  void text(String line) {
    out.print(clean(line) + "\n");
  }

  void progress(String line) {
    err.print(clean(line) + "\n");
  }

  void failure(Failure failure) {
    out.flush();
    err.print("error: " + clean(failure.error()) + "\n");
    if (json) {
      documentLine(failure);
    }
  }

  /** Columns as wide as their widest cell; the last one runs free. */
  void table(List<String> header, List<List<String>> rows) {
    int[] width = new int[header.size()];
    for (int column = 0; column < width.length; column++) {
      width[column] = header.get(column).length();
      for (List<String> row : rows) {
        width[column] = Math.max(width[column], clean(row.get(column)).length());
      }
    }
    row(header, width);
    rows.forEach(row -> row(row, width));
  }

  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  private void row(List<String> cells, int[] width) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < width.length; column++) {
      String cell = clean(cells.get(column));
      line.append(cell).append(" ".repeat(width[column] - cell.length() + 2));
    }
    text(line.toString().stripTrailing());
  }

  private static String clean(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+", " ");
  }

  private static String write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own records are always writable", e);
    }
  }

  private static DefaultPrettyPrinter prettyPrinter() {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
    printer.indentArraysWith(indent);
    printer.indentObjectsWith(indent);
    return printer;
  }
}
