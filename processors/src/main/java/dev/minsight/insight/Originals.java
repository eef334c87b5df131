package dev.minsight.insight;

import dev.minsight.compute.MissingFileException;
import dev.minsight.people.Face;
import dev.minsight.support.MinsightProperties;
import dev.minsight.support.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The files of photos, as they were stored and as they lie on disk. */
@Component
class Originals {

  private static final String CHANGED = " was changed on disk (";

  private final JdbcClient jdbc;
  private final Path media;
  private final int smallestFace;

  Originals(JdbcClient jdbc, MinsightProperties settings) {
    this.jdbc = jdbc;
    this.media = settings.home().resolve("media");
    this.smallestFace = settings.pipeline().smallestFace();
  }

  /**
   * Whether somebody put another file in the place of a photo's. Seen by its size alone: reading
   * all of it again for each step would cost as much as some steps.
   *
   * @param entityId the photo
   * @param path of its file, below the media folder
   * @return what to do about it; empty when the file is the one that was stored, is gone, or is no
   *     longer the photo's
   */
  @Transactional(readOnly = true)
  public Optional<String> changed(long entityId, String path) {
    return jdbc.sql("SELECT file_size FROM entities WHERE id = :id AND file_path = :path")
        .param("id", entityId)
        .param("path", path)
        .query(Long.class)
        .optional()
        .flatMap(stored -> changed(media.resolve(path), stored));
  }

  /**
   * @param reason why a step failed, or null
   * @return whether it failed for want of the photo's own file
   */
  static boolean wantedIn(String reason) {
    return MissingFileException.saidIn(reason) || reason != null && reason.contains(CHANGED);
  }

  /**
   * @param path of a photo's file, below the media folder
   * @param stored its size, bytes; null when it was never noted, and any size will do
   * @return whether such a file lies there
   */
  boolean there(String path, Long stored) {
    return there(path) && (stored == null || changed(media.resolve(path), stored).isEmpty());
  }

  /**
   * @param path below the media folder
   * @return whether there is such a file
   */
  boolean there(String path) {
    return Files.isRegularFile(media.resolve(path));
  }

  private record Size(Integer width, Integer height) {}

  /**
   * Which faces are large enough to tell whose they are: of a few pixels every face looks alike.
   *
   * @param entityId the photo
   * @return false for a face of it if the shorter side of its box is below {@code
   *     minsight.pipeline.smallest-face} pixels of the photo; true where the photo's size is not
   *     known
   */
  @Transactional(readOnly = true)
  public Predicate<Face> recognizable(long entityId) {
    return jdbc.sql("SELECT width, height FROM entities WHERE id = :id")
        .param("id", entityId)
        .query(Rows.as(Size.class))
        .optional()
        .filter(size -> size.width() != null && size.height() != null)
        .map(this::recognizable)
        .orElse(face -> true);
  }

  private Predicate<Face> recognizable(Size size) {
    return face ->
        Math.min(side(face, "x", size.width()), side(face, "y", size.height())) >= smallestFace;
  }

  private static double side(Face face, String axis, int pixels) {
    double from = ((Number) face.bbox().get(axis + "1")).doubleValue();
    double to = ((Number) face.bbox().get(axis + "2")).doubleValue();
    return (to - from) * pixels;
  }

  private static Optional<String> changed(Path file, long stored) {
    try {
      long now = Files.size(file);
      return now == stored
          ? Optional.empty()
          : Optional.of(
              "the file "
                  + file.getFileName()
                  + CHANGED
                  + "%d bytes, stored were %d);".formatted(now, stored)
                  + " put the original back, or upload the new one to the photo");
    } catch (IOException e) {
      return Optional.empty(); // what was made was made of it
    }
  }
}
