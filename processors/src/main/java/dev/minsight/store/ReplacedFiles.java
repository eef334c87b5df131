package dev.minsight.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Originals of earlier versions that are still kept. */
@Component
class ReplacedFiles implements OwnedFiles {

  private final JdbcClient jdbc;

  ReplacedFiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String folder() {
    return FileWork.REPLACED;
  }

  @Override
  @Transactional(readOnly = true)
  public Set<String> owned(Collection<String> paths) {
    return new HashSet<>(
        jdbc.sql("SELECT path FROM replaced_files WHERE path IN (:paths)")
            .param("paths", paths)
            .query(String.class)
            .list());
  }
}
