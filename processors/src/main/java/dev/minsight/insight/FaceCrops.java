package dev.minsight.insight;

import dev.minsight.compute.JobFolders;
import dev.minsight.compute.JobResult;
import dev.minsight.people.Face;
import dev.minsight.people.Faces;
import dev.minsight.support.MinsightProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The aligned crops of faces, {@code media/faces/<entity>/<place>.png}. */
@Component
class FaceCrops {

  private final JobFolders folders;
  private final Faces faces;
  private final Path media;

  FaceCrops(JobFolders folders, Faces faces, MinsightProperties settings) {
    this.folders = folders;
    this.faces = faces;
    this.media = settings.home().resolve("media");
  }

  /** Copies the crops of a detection, in the order of its faces, to where they stay. */
  @SuppressWarnings("unchecked") // looked at by StepResults
  void keep(List<Face> found, String jobId, JobResult result) {
    List<Map<String, Object>> described = (List<Map<String, Object>>) result.output().get("faces");
    try {
      for (int i = 0; i < found.size(); i++) {
        Path crop = folders.of(jobId).resolve((String) described.get(i).get("file_path"));
        Path place = media.resolve(found.get(i).filePath());
        Files.createDirectories(place.getParent());
        Files.copy(crop, place, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the face crops of job " + jobId + " cannot be kept", e);
    }
  }

  void remove(Face face) {
    remove(media.resolve(face.filePath()));
  }

  private static void remove(Path crop) {
    try {
      Files.deleteIfExists(crop);
    } catch (IOException e) {
      throw new UncheckedIOException("the crop " + crop + " cannot be removed", e);
    }
  }

  /**
   * Removes the crops of a photo that belong to none of its faces: those of a detection that was
   * broken off, and of faces that were deleted while their crops were in use.
   *
   * @param current asked after the crops were looked at: crops of a newer content stay
   */
  void tidy(long entityId, BooleanSupplier current) {
    Path folder = media.resolve("faces/" + entityId);
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> crops;
    try (Stream<Path> files = Files.list(folder)) {
      crops = files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the crops in " + folder + " cannot be listed", e);
    }
    if (current.getAsBoolean()) {
      Set<Path> owned = new HashSet<>();
      faces.ofEntity(entityId).forEach(face -> owned.add(media.resolve(face.filePath())));
      crops.stream().filter(crop -> !owned.contains(crop)).forEach(FaceCrops::remove);
    }
  }
}
