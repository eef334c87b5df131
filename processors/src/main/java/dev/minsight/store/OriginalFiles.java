package dev.minsight.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Originals, which rows point to, and the previews beside them. */
@Component
class OriginalFiles implements OwnedFiles {

  private final JdbcClient jdbc;

  OriginalFiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String folder() {
    return "store/";
  }

  @Override
  @Transactional(readOnly = true)
  public Set<String> owned(Collection<String> paths) {
    Map<String, String> originals = new HashMap<>();
    paths.forEach(path -> originals.put(path, MediaFiles.originalOf(path)));
    Set<String> known =
        new HashSet<>(
            jdbc.sql("SELECT file_path FROM entities WHERE file_path IN (:paths)")
                .param("paths", Set.copyOf(originals.values()))
                .query(String.class)
                .list());
    Set<String> owned = new HashSet<>(paths);
    owned.removeIf(path -> !known.contains(originals.get(path)));
    return owned;
  }
}
