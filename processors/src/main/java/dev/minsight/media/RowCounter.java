package dev.minsight.media;

import java.awt.image.BufferedImage;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;

/** Notices whether a reader delivered any pixels before it gave up. */
final class RowCounter implements IIOReadUpdateListener {

  private boolean rows;

  boolean sawRows() {
    return rows;
  }

  @Override
  public void imageUpdate(
      ImageReader source,
      BufferedImage image,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    rows = true;
  }

  @Override
  public void passStarted(
      ImageReader source,
      BufferedImage image,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {
    // only rows count
  }

  @Override
  public void passComplete(ImageReader source, BufferedImage image) {
    // only rows count
  }

  @Override
  public void thumbnailPassStarted(
      ImageReader source,
      BufferedImage thumbnail,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {
    // thumbnails are not read
  }

  @Override
  public void thumbnailUpdate(
      ImageReader source,
      BufferedImage thumbnail,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    // thumbnails are not read
  }

  @Override
  public void thumbnailPassComplete(ImageReader source, BufferedImage thumbnail) {
    // thumbnails are not read
  }
}
