package dev.minsight.compute;

import dev.minsight.media.DecodedImage;
import dev.minsight.media.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A job as its plugin sees it.
 *
 * @param job the job
 * @param folder its own folder
 * @param mediaFolder root of the media files
 * @param outputPath where its main result goes, relative to its folder
 * @param pictures shared by its group
 * @param told of progress
 */
record JobWork(
    Job job,
    Path folder,
    Path mediaFolder,
    String outputPath,
    GroupPictures pictures,
    IntConsumer told)
    implements Work {

  @Override
  public List<Path> inputs() {
    return JobInput.of(job).stream().map(input -> existing(input.in(folder, mediaFolder))).toList();
  }

  @Override
  public boolean ofPhoto() {
    return job.ofPipeline();
  }

  @Override
  public Optional<String> model() {
    return Optional.ofNullable(job.upgradeTo());
  }

  @Override
  public Path output() {
    Path file = JobInput.within(folder, outputPath);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of job " + job.id() + " cannot be made", e);
    }
    return file;
  }

  @Override
  public DecodedImage picture(int minLongSide) {
    return pictures.get(inputs().get(0), minLongSide);
  }

  @Override
  public List<Picture> pictures(int minLongSide) {
    return FrameChoice.of(job.params())
        .map(this::frames)
        .orElseGet(() -> List.of(new Picture(picture(minLongSide), null)));
  }

  private List<Picture> frames(FrameChoice choice) {
    return pictures.frames(inputs().get(0), choice).stream()
        .map(frame -> new Picture(whole(frame.image()), frame.timeMs()))
        .toList();
  }

  private static DecodedImage whole(RgbImage frame) {
    return new DecodedImage(frame, frame.width(), frame.height());
  }

  @Override
  public Path media(String path) {
    return JobInput.within(mediaFolder, path);
  }

  @Override
  public void progress(int percent) {
    told.accept(Math.max(0, Math.min(99, percent)));
  }

  private static Path existing(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new MissingFileException(file);
    }
    return file;
  }
}
