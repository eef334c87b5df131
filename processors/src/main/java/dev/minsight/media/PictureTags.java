package dev.minsight.media;

import com.drew.imaging.jpeg.JpegSegmentType;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.Tag;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifInteropDirectory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.ExifThumbnailDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.iptc.IptcDirectory;
import com.drew.metadata.photoshop.PhotoshopReader;
import com.drew.metadata.xmp.XmpDirectory;
import com.drew.metadata.xmp.XmpReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The tags that a picture carries within: EXIF and maker notes; of a JPEG also XMP and IPTC. */
final class PictureTags {

  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  /** XMP segments are read up to this many bytes together, and IPTC segments. */
  private static final int MAX_SEGMENTS = 1 << 20;

  /** Where the thumbnail begins, and how long it is. */
  private static final int[] THUMBNAIL = {0x201, 0x202};

  private static final String MAKERS = "com.drew.metadata.exif.makernotes";

  private PictureTags() {}

  /**
   * @param metadata as read
   * @param tags receives them
   */
  static void add(Metadata metadata, TagMap tags) {
    for (Directory directory : metadata.getDirectories()) {
      if (directory instanceof ExifIFD0Directory
          || directory instanceof ExifSubIFDDirectory
          || directory instanceof ExifInteropDirectory) {
        addStandard(directory, false, tags);
      } else if (directory instanceof ExifThumbnailDirectory) {
        // Its other tags have the names of the picture's own.
        for (int type : THUMBNAIL) {
          tags.add("EXIF", ExifTagNames.main(type), TagValues.plain(directory.getObject(type)));
        }
      } else if (directory instanceof GpsDirectory) {
        addStandard(directory, true, tags);
      } else if (directory instanceof XmpDirectory xmp) {
        addXmp(xmp, tags);
      } else if (directory instanceof IptcDirectory) {
        for (Tag tag : directory.getTags()) {
          String name = tag.getTagName().replace("/", "-").replace(" ", "");
          tags.add("IPTC", name, TagValues.plain(directory.getObject(tag.getTagType())));
        }
      } else if (directory.getClass().getPackageName().equals(MAKERS)) {
        addMakers(directory, tags);
      }
    }
  }

  private static void addStandard(Directory directory, boolean place, TagMap tags) {
    for (Tag tag : directory.getTags()) {
      int type = tag.getTagType();
      String name = place ? ExifTagNames.place(type) : ExifTagNames.main(type);
      if (name != null) {
        tags.add("EXIF", name, TagValues.of(name, directory.getObject(type)));
      }
    }
  }

  /** Numbers as they are stored; makers' meanings differ with every model. */
  private static void addMakers(Directory directory, TagMap tags) {
    for (Tag tag : directory.getTags()) {
      if (tag.hasTagName()) {
        String name = tag.getTagName().replaceAll("[^A-Za-z0-9]", "");
        tags.add("MakerNotes", name, TagValues.plain(directory.getObject(tag.getTagType())));
      }
    }
  }

  /** {@code dc:subject[1]} is {@code XMP:Subject}; only the first of a list is shown. */
  private static void addXmp(XmpDirectory xmp, TagMap tags) {
    xmp.getXmpProperties()
        .forEach(
            (path, value) -> {
              String name = path.substring(path.lastIndexOf(':') + 1).replaceAll("\\[.*?]", "");
              if (!name.isEmpty() && !name.contains("?")) {
                tags.add("XMP", Character.toUpperCase(name.charAt(0)) + name.substring(1), value);
              }
            });
  }

  /** Adds what the XMP and IPTC segments of a JPEG say. */
  static void addSegments(Path jpeg, TagMap tags) throws IOException {
    Metadata metadata = new Metadata();
    JpegSegments.read(jpeg, 0xe1, MAX_SEGMENTS, app1 -> readXmp(app1, metadata));
    JpegSegments.read(jpeg, 0xed, MAX_SEGMENTS, app13 -> readIptc(app13, metadata));
    add(metadata, tags);
  }

  private static void readXmp(byte[] app1, Metadata metadata) {
    String text = new String(app1, StandardCharsets.ISO_8859_1);
    // A document type is where XML bombs live; XMP has none.
    if (text.startsWith(XMP) && !text.contains("<!")) {
      try {
        new XmpReader().readJpegSegments(List.of(app1), metadata, JpegSegmentType.APP1);
      } catch (RuntimeException ignored) {
        // a damaged segment says nothing
      }
    }
  }

  private static void readIptc(byte[] app13, Metadata metadata) {
    try {
      new PhotoshopReader().readJpegSegments(List.of(app13), metadata, JpegSegmentType.APPD);
    } catch (RuntimeException ignored) {
      // a damaged segment says nothing
    }
  }
}
