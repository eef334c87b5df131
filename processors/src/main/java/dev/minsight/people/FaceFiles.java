package dev.minsight.people;

import dev.minsight.store.OwnedFiles;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The crops of faces, and faces without a photo. */
@Component
public class FaceFiles implements OwnedFiles {

  private final JdbcClient jdbc;

  FaceFiles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String folder() {
    return "faces/";
  }

  @Override
  @Transactional(readOnly = true)
  public Set<String> owned(Collection<String> paths) {
    return new HashSet<>(
        jdbc.sql("SELECT file_path FROM faces WHERE file_path IN (:paths)")
            .param("paths", paths)
            .query(String.class)
            .list());
  }

  /**
   * Faces whose photo is gone; foreign keys forbid them, a damaged database may have them.
   *
   * @return the faces
   */
  @Transactional(readOnly = true)
  public List<Face> orphans() {
    return jdbc.sql(
            """
            SELECT f.* FROM faces f
            WHERE NOT EXISTS (SELECT 1 FROM entities e WHERE e.id = f.entity_id)""")
        .query(Faces::row)
        .list();
  }
}
