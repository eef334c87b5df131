package dev.minsight.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  private static final int MAX_URN = 64;

  private record Box(String type, long data, long end) {}

  private record Extent(long at, long length) {}

  private final FileBytes bytes;
  private long primary = -1;
  private long exifItem = -1;
  private Extent exifExtent;
  private final Map<Long, Extent> profiles = new HashMap<>();
  private long firstTile = -1;
  private final Set<Long> alphaItems = new HashSet<>();
  private long alphaItem = -1;
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

  /**
   * @return the ICC profile of the primary item, or null if it has none of at most that size
   */
  static byte[] icc(Path file, int maxBytes) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      HeifHeader header = new HeifHeader(bytes);
      header.parse();
      // Of a grid, phones say it of the tiles only.
      Extent found =
          header.profiles.getOrDefault(header.primary, header.profiles.get(header.firstTile));
      return found == null || found.length > maxBytes
          ? null
          : bytes.bytes(found.at, (int) found.length);
    }
  }

  /**
   * @return the number of the item that holds the primary item's transparency; -1 without one
   */
  static long alphaItem(Path file) throws IOException {
    try (FileBytes bytes = new FileBytes(file)) {
      HeifHeader header = new HeifHeader(bytes);
      header.parse();
      return header.alphaItem;
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
      } else if (box.type.equals("iref")) {
        references(box);
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
        if (index < 1 || index > properties.size()) {
          continue;
        }
        Box property = properties.get(index - 1);
        if (property.type.equals("colr")) {
          noteProfile(item, property);
        } else if (item == primary) {
          apply(property);
        } else if (property.type.equals("auxC") && isAlpha(property)) {
          alphaItems.add(item);
        }
      }
    }
  }

  /** ISO/IEC 14496-12, section 12.1.5: an ICC profile of one of two kinds, or numbers. */
  private void noteProfile(long item, Box colr) throws IOException {
    String kind = bytes.ascii(colr.data, 4);
    if (kind.equals("prof") || kind.equals("rICC")) {
      profiles.putIfAbsent(item, new Extent(colr.data + 4, colr.end - colr.data - 4));
    }
  }

  /** The URN of ISO/IEC 23000-22, or that of HEVC; depth and gain maps have others. */
  private boolean isAlpha(Box auxC) throws IOException {
    int length = (int) Math.min(auxC.end - auxC.data - 4, MAX_URN);
    String urn = bytes.ascii(auxC.data + 4, Math.max(0, length));
    return urn.startsWith("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
        || urn.startsWith("urn:mpeg:hevc:2015:auxid:1");
  }

  /** The alpha item "is auxiliary to" the picture; a grid "is derived from" its tiles. */
  private void references(Box iref) throws IOException {
    int idBytes = bytes.u8(iref.data) == 0 ? 2 : 4;
    for (Box reference : children(iref, 4)) {
      FileBytes.Cursor cursor = bytes.from(reference.data);
      long from = cursor.number(idBytes);
      int count = cursor.u16();
      for (int i = 0; i < count; i++) {
        long to = cursor.number(idBytes);
        if (to == primary && reference.type.equals("auxl") && alphaItems.contains(from)) {
          alphaItem = from;
        } else if (from == primary && reference.type.equals("dimg") && i == 0) {
          firstTile = to;
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
        // codec configuration, aperture: the decoder's business
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
