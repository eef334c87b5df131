package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Repository;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code docs/defects.md} names tests; they must be there. */
class DefectsTest {

  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  @Test
  @DisplayName("Every test that the list of defects names exists")
  void namedTestsExist() {
    Map<String, String> sources =
        Repository.testSources().entrySet().stream()
            .filter(source -> source.getKey().startsWith("processors"))
            .filter(source -> source.getKey().toString().matches(".*(Test|IT)\\.java"))
            .collect(
                Collectors.toMap(
                    source -> source.getKey().getFileName().toString().replace(".java", ""),
                    Map.Entry::getValue,
                    (a, b) -> a + b));
    List<MatchResult> named =
        NAMED
            .matcher(Repository.read(Repository.root().resolve("docs/defects.md")))
            .results()
            .toList();
    TreeSet<String> missing = new TreeSet<>();
    for (MatchResult test : named) {
      String source = sources.get(test.group(1));
      if (source == null || test.group(2) != null && !source.contains(" " + test.group(2) + "(")) {
        missing.add(test.group());
      }
    }

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(missing).isEmpty();
  }
}
