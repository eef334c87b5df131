package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import dev.minsight.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every row of the contract has a test that names it, and every name is a row. The rows stand in
 * {@code src/test/resources/contract}: a file for each of the contract's, a line for each row,
 * which begins with the contract's file name. {@code cases.txt} lists the acceptance cases.
 *
 * <p>Tests name rows by {@link Contract}; those of the other modules, which do not see it, begin
 * their display name with the row and a colon. Cases are numbers in display names and labels.
 */
class ContractRowsTest {

  private static final Path LISTS =
      Repository.root().resolve("processors/src/test/resources/contract");
  private static final String CASES = "cases.txt";

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final String LITERALS = "((?:\\s*" + LITERAL.pattern() + "\\s*[,+]?)+)";
  private static final Pattern ROWS = Pattern.compile("@Contract\\(\\s*\\{?" + LITERALS);
  private static final Pattern NAMES = Pattern.compile("@(?:DisplayName|Label)\\(" + LITERALS);

  /** One number, or the first and the last of several. */
  private static final Pattern CASE =
      Pattern.compile("AC-([A-Z])(\\d\\d)(?:(?: to |\\.\\.)(?:AC-)?\\1(\\d\\d))?");

  private final Map<Path, String> sources = Repository.testSources();

  private static List<String> lines(Path list) {
    return Repository.read(list).lines().filter(line -> !line.isBlank()).toList();
  }

  /** The rows of each list. */
  private static Map<String, List<String>> lists() throws IOException {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(LISTS)) {
      files
          .filter(file -> file.toString().endsWith(".txt") && !file.endsWith(CASES))
          .sorted()
          .forEach(file -> lists.put(file.getFileName().toString(), lines(file)));
    }
    return lists;
  }

  private static Set<String> rows() throws IOException {
    return lists().values().stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  /** Rows that tests claim to show, each with the file that does. */
  private Map<String, Path> claims() {
    Map<String, Path> claims = new LinkedHashMap<>();
    sources.forEach(
        (file, source) -> {
          if (file.startsWith("processors")) {
            texts(ROWS, source).stream()
                .flatMap(List::stream)
                .forEach(row -> claims.put(row, file));
          } else {
            texts(NAMES, source).stream()
                .map(parts -> String.join("", parts))
                .filter(name -> name.matches("[a-z-]+\\.md .*"))
                .forEach(name -> claims.put(name.replaceFirst(": .*", ""), file));
          }
        });
    return claims;
  }

  /** The literals within each match. */
  private static List<List<String>> texts(Pattern annotation, String source) {
    List<List<String>> texts = new ArrayList<>();
    Matcher matches = annotation.matcher(source);
    while (matches.find()) {
      texts.add(LITERAL.matcher(matches.group(1)).results().map(text -> text.group(1)).toList());
    }
    return texts;
  }

  @Test
  @DisplayName("Every row of the contract has a test that names it")
  void everyRowIsShown() throws IOException {
    Set<String> missing = new TreeSet<>(rows());
    missing.removeAll(claims().keySet());

    assertThat(missing).isEmpty();
  }

  @Test
  @DisplayName("Every row that a test names is one of the contract")
  void everyNameIsRow() throws IOException {
    Map<String, Path> claims = claims();
    claims.keySet().removeAll(rows());

    assertThat(claims).isEmpty();
  }

  @Test
  @DisplayName("A list holds the rows of its own file, each once")
  void listsAreInOrder() throws IOException {
    Map<String, List<String>> lists = lists();

    assertThat(lists)
        .containsOnlyKeys(
            "auth.txt", "compute.txt", "intelligence.txt", "mqtt.txt", "pipeline.txt", "store.txt");
    lists.forEach(
        (name, rows) ->
            assertThat(rows)
                .as(name)
                .doesNotHaveDuplicates()
                .allMatch(row -> row.startsWith(name.replace(".txt", ".md "))));
    assertThat(lists.get("auth.txt")).hasSizeGreaterThan(75);
    assertThat(lists.get("compute.txt")).hasSizeGreaterThan(155);
    assertThat(lists.get("intelligence.txt")).hasSizeGreaterThan(70);
    assertThat(lists.get("mqtt.txt")).hasSizeGreaterThan(65);
    assertThat(lists.get("pipeline.txt")).hasSizeGreaterThan(95);
    assertThat(lists.get("store.txt")).hasSizeGreaterThan(175);
  }

  @Test
  @DisplayName("Every acceptance case of the list is the number of a test")
  void everyCaseIsShown() {
    Set<String> shown = new TreeSet<>();
    for (String source : sources.values()) {
      for (List<String> name : texts(NAMES, source)) {
        CASE.matcher(String.join("", name)).results().forEach(found -> add(found, shown));
      }
    }
    Set<String> missing = new TreeSet<>(lines(LISTS.resolve(CASES)));

    assertThat(missing).hasSizeGreaterThan(200);
    missing.removeAll(shown);
    assertThat(missing).isEmpty();
  }

  private static void add(MatchResult found, Set<String> cases) {
    int first = Integer.parseInt(found.group(2));
    int last = found.group(3) == null ? first : Integer.parseInt(found.group(3));
    for (int number = first; number <= last; number++) {
      cases.add("AC-%s%02d".formatted(found.group(1), number));
    }
  }
}
