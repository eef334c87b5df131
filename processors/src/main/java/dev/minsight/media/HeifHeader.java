package dev.minsight.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds, in the meta box of a HEIF family file (ISO/IEC 23008-12: HEIC, HEIF, AVIF), the primary
 * item's true size, how it must be turned, and its EXIF item.
 *
 * <p>Own code because what phones write is a grid of tiles, and the usual readers report the size
 * of a tile. In HEIF the properties {@code irot} and {@code imir} rule; the EXIF orientation is
 * informative and must not be applied as well.
 */
final class HeifHeader {

  /** No sane file has more; keeps damaged counts from costing time. */
  private static final int MAX_ENTRIES = 20_000;

  private record Box(String type, long data, long end) {}

  private record Extent(long at, long length) {}

  private final FileBytes bytes;
  private long primary = -1;
  private long exifItem = -1;
  private Extent exifExtent;
  private int width;
  private int height;
  private int orientation = 1;

  private HeifHeader(FileBytes bytes) {
    this.bytes = bytes;
  }

  static PictureHeader read(Path file, MediaLimits limits) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      HeifHeader header = new HeifHeader(bytes);
      header.parse();
      byte[] exif = header.exif(limits.maxTextChunkBytes());
      return new PictureHeader(
          header.width, header.height, header.orientation, exif, 0, header.primary);
    }
  }

  private void parse() throws IOException {
    List<Box> meta = children(find(children(0, bytes.length()), "meta"), 4);
    Box pitm = find(meta, "pitm");
    primary = bytes.u8(pitm.data) == 0 ? bytes.u16(pitm.data + 4) : bytes.u32(pitm.data + 4);
    properties(find(meta, "iprp"));
    for (Box box : meta) {
      if (box.type.equals("iinf")) {
        findExifItem(box);
      }
    }
    for (Box box : meta) {
      if (box.type.equals("iloc") && exifItem >= 0) {
        findExifExtent(box);
      }
    }
  }

  private void properties(Box iprp) throws IOException {
    List<Box> inside = children(iprp, 0);
    List<Box> properties = children(find(inside, "ipco"), 0);
    FileBytes.Cursor ipma = bytes.from(find(inside, "ipma").data);
    int version = ipma.u8();
    boolean wide = (ipma.number(3) & 1) != 0;
    long entries = Math.min(ipma.u32(), MAX_ENTRIES);
    for (long i = 0; i < entries; i++) {
      long item = ipma.number(version < 1 ? 2 : 4);
      int count = ipma.u8();
      for (int k = 0; k < count; k++) {
        int index = wide ? ipma.u16() & 0x7fff : ipma.u8() & 0x7f;
        if (item == primary && index >= 1 && index <= properties.size()) {
          apply(properties.get(index - 1));
        }
      }
    }
  }

  private void apply(Box property) throws IOException {
    switch (property.type) {
      case "ispe" -> {
        width = (int) Math.min(bytes.u32(property.data + 4), Integer.MAX_VALUE);
        height = (int) Math.min(bytes.u32(property.data + 8), Integer.MAX_VALUE);
      }
      // quarter turns against the clock, in the order they are listed
      case "irot" -> {
        for (int turns = bytes.u8(property.data) & 3; turns > 0; turns--) {
          orientation = Orientation.then(orientation, 8);
        }
      }
      // 0 exchanges top and bottom, 1 left and right
      case "imir" ->
          orientation = Orientation.then(orientation, (bytes.u8(property.data) & 1) == 0 ? 4 : 2);
      default -> {
        // codec configuration, colour, aperture: the decoder's business
      }
    }
  }

  private void findExifItem(Box iinf) throws IOException {
    int version = bytes.u8(iinf.data);
    for (Box infe : children(iinf, version == 0 ? 6 : 8)) {
      int itemVersion = bytes.u8(infe.data);
      if (itemVersion >= 2) {
        int idBytes = itemVersion == 2 ? 2 : 4;
        FileBytes.Cursor cursor = bytes.from(infe.data + 4);
        long id = cursor.number(idBytes);
        if (bytes.ascii(infe.data + 4 + idBytes + 2, 4).equals("Exif")) {
          exifItem = id;
        }
      }
    }
  }

  private void findExifExtent(Box iloc) throws IOException {
    FileBytes.Cursor cursor = bytes.from(iloc.data);
    int version = cursor.u8();
    cursor.skip(3);
    int sizes = cursor.u16();
    int offsetSize = sizes >> 12 & 15;
    int lengthSize = sizes >> 8 & 15;
    int baseSize = sizes >> 4 & 15;
    int indexSize = version == 0 ? 0 : sizes & 15;
    long items = Math.min(cursor.number(version < 2 ? 2 : 4), MAX_ENTRIES);
    for (long i = 0; i < items; i++) {
      long id = cursor.number(version < 2 ? 2 : 4);
      int method = version == 0 ? 0 : cursor.u16() & 15;
      cursor.skip(2);
      long base = cursor.number(baseSize);
      int extents = cursor.u16();
      for (int k = 0; k < extents; k++) {
        cursor.skip(indexSize);
        long offset = cursor.number(offsetSize);
        long length = cursor.number(lengthSize);
        if (id == exifItem && method == 0 && k == 0) {
          exifExtent = new Extent(base + offset, length);
        }
      }
    }
  }

  /** The item begins with the distance to the TIFF header: ISO/IEC 23008-12 annex A.2. */
  private byte[] exif(int maxBytes) throws IOException {
    if (exifExtent == null
        || exifExtent.length > maxBytes
        || exifExtent.length < 8
        || exifExtent.at < 0
        || exifExtent.at + exifExtent.length > bytes.length()) {
      return null;
    }
    long skip = 4 + bytes.u32(exifExtent.at);
    return skip >= exifExtent.length
        ? null
        : bytes.bytes(exifExtent.at + skip, (int) (exifExtent.length - skip));
  }

  private List<Box> children(Box parent, int skip) throws IOException {
    return children(parent.data + skip, parent.end);
  }

  private List<Box> children(long from, long end) throws IOException {
    List<Box> boxes = new ArrayList<>();
    long at = from;
    while (at + 8 <= end && boxes.size() < MAX_ENTRIES) {
      long length = bytes.u32(at);
      long data = at + 8;
      if (length == 1) {
        length = bytes.from(data).number(8);
        data += 8;
      } else if (length == 0) {
        length = end - at;
      }
      if (length < data - at) {
        throw new EOFException("a box of " + length + " bytes at " + at);
      }
      long boxEnd = length > end - at ? end : at + length;
      boxes.add(new Box(bytes.ascii(at + 4, 4), data, boxEnd));
      at = boxEnd;
    }
    return boxes;
  }

  private static Box find(List<Box> boxes, String type) throws EOFException {
    return boxes.stream()
        .filter(box -> box.type.equals(type))
        .findFirst()
        .orElseThrow(() -> new EOFException("no " + type + " box"));
  }
}
