package dev.minsight.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Streams made of videos: each in a folder of its entity. */
@Component
class StreamFiles implements OwnedFiles {

  private static final Pattern OF_ENTITY = Pattern.compile("(streams/.+/media_(\\d{1,18})/).*");

  private final JdbcClient jdbc;

  StreamFiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String folder() {
    return "streams/";
  }

  @Override
  @Transactional(readOnly = true)
  public Set<String> owned(Collection<String> paths) {
    Set<Long> ids =
        paths.stream()
            .map(OF_ENTITY::matcher)
            .filter(Matcher::matches)
            .map(match -> Long.valueOf(match.group(2)))
            .collect(Collectors.toSet());
    Set<String> folders =
        ids.isEmpty()
            ? Set.of()
            : new HashSet<>(
                jdbc.sql("SELECT mime_type, id FROM entities WHERE id IN (:ids)")
                    .param("ids", ids)
                    .query((row, n) -> MediaFiles.streamFolder(row.getString(1), row.getLong(2)))
                    .list());
    return paths.stream()
        .filter(
            path -> {
              Matcher match = OF_ENTITY.matcher(path);
              return match.matches() && folders.contains(match.group(1));
            })
        .collect(Collectors.toSet());
  }
}
