package dev.minsight.media;

import java.util.HashMap;
import java.util.Map;

/**
 * The names that ExifTool gives to the tags of EXIF 2.32 and TIFF 6, by which clients of the
 * reference know them.
 */
final class ExifTagNames {

  private static final String MAIN =
      """
      0001 InteropIndex, 0002 InteropVersion, 000b ProcessingSoftware, 00fe SubfileType,
      00ff OldSubfileType, 0100 ImageWidth, 0101 ImageHeight, 0102 BitsPerSample, 0103 Compression,
      0106 PhotometricInterpretation, 010a FillOrder, 010d DocumentName, 010e ImageDescription,
      010f Make, 0110 Model, 0111 StripOffsets, 0112 Orientation, 0115 SamplesPerPixel,
      0116 RowsPerStrip, 0117 StripByteCounts, 011a XResolution, 011b YResolution,
      011c PlanarConfiguration, 011d PageName, 0128 ResolutionUnit, 0129 PageNumber,
      012d TransferFunction, 0131 Software, 0132 ModifyDate, 013b Artist, 013c HostComputer,
      013d Predictor, 013e WhitePoint, 013f PrimaryChromaticities, 0140 ColorMap, 0142 TileWidth,
      0143 TileLength, 0144 TileOffsets, 0145 TileByteCounts, 0152 ExtraSamples, 0153 SampleFormat,
      0201 ThumbnailOffset, 0202 ThumbnailLength, 0211 YCbCrCoefficients, 0212 YCbCrSubSampling,
      0213 YCbCrPositioning, 0214 ReferenceBlackWhite, 1000 RelatedImageFileFormat,
      1001 RelatedImageWidth, 1002 RelatedImageHeight, 4746 Rating, 4749 RatingPercent,
      8298 Copyright, 829a ExposureTime, 829d FNumber, 8822 ExposureProgram,
      8824 SpectralSensitivity, 8827 ISO, 8828 Opto-ElectricConvFactor, 8830 SensitivityType,
      8831 StandardOutputSensitivity, 8832 RecommendedExposureIndex, 8833 ISOSpeed,
      9000 ExifVersion, 9003 DateTimeOriginal, 9004 CreateDate, 9010 OffsetTime,
      9011 OffsetTimeOriginal, 9012 OffsetTimeDigitized, 9101 ComponentsConfiguration,
      9102 CompressedBitsPerPixel, 9201 ShutterSpeedValue, 9202 ApertureValue,
      9203 BrightnessValue, 9204 ExposureCompensation, 9205 MaxApertureValue,
      9206 SubjectDistance, 9207 MeteringMode, 9208 LightSource, 9209 Flash, 920a FocalLength,
      9214 SubjectArea, 9286 UserComment, 9290 SubSecTime, 9291 SubSecTimeOriginal,
      9292 SubSecTimeDigitized, 9400 AmbientTemperature, 9401 Humidity, 9402 Pressure,
      9c9b XPTitle, 9c9c XPComment, 9c9d XPAuthor, 9c9e XPKeywords, 9c9f XPSubject,
      a000 FlashpixVersion, a001 ColorSpace, a002 ExifImageWidth, a003 ExifImageHeight,
      a004 RelatedSoundFile, a20b FlashEnergy, a20e FocalPlaneXResolution,
      a20f FocalPlaneYResolution, a210 FocalPlaneResolutionUnit, a214 SubjectLocation,
      a215 ExposureIndex, a217 SensingMethod, a300 FileSource, a301 SceneType, a302 CFAPattern,
      a401 CustomRendered, a402 ExposureMode, a403 WhiteBalance, a404 DigitalZoomRatio,
      a405 FocalLengthIn35mmFormat, a406 SceneCaptureType, a407 GainControl, a408 Contrast,
      a409 Saturation, a40a Sharpness, a40c SubjectDistanceRange, a420 ImageUniqueID,
      a430 OwnerName, a431 SerialNumber, a432 LensInfo, a433 LensMake, a434 LensModel,
      a435 LensSerialNumber, a460 CompositeImage, a500 Gamma
      """;

  private static final String PLACE =
      """
      0000 GPSVersionID, 0001 GPSLatitudeRef, 0002 GPSLatitude, 0003 GPSLongitudeRef,
      0004 GPSLongitude, 0005 GPSAltitudeRef, 0006 GPSAltitude, 0007 GPSTimeStamp,
      0008 GPSSatellites, 0009 GPSStatus, 000a GPSMeasureMode, 000b GPSDOP, 000c GPSSpeedRef,
      000d GPSSpeed, 000e GPSTrackRef, 000f GPSTrack, 0010 GPSImgDirectionRef,
      0011 GPSImgDirection, 0012 GPSMapDatum, 0013 GPSDestLatitudeRef, 0014 GPSDestLatitude,
      0015 GPSDestLongitudeRef, 0016 GPSDestLongitude, 0017 GPSDestBearingRef,
      0018 GPSDestBearing, 0019 GPSDestDistanceRef, 001a GPSDestDistance,
      001b GPSProcessingMethod, 001c GPSAreaInformation, 001d GPSDateStamp, 001e GPSDifferential,
      001f GPSHPositioningError
      """;

  private static final Map<Integer, String> MAIN_NAMES = parse(MAIN);
  private static final Map<Integer, String> PLACE_NAMES = parse(PLACE);

  private ExifTagNames() {}

  private static Map<Integer, String> parse(String table) {
    Map<Integer, String> names = new HashMap<>();
    for (String entry : table.split(",")) {
      String[] cells = entry.trim().split(" ");
      names.put(Integer.parseInt(cells[0], 16), cells[1]);
    }
    return Map.copyOf(names);
  }

  /**
   * @param tag number of a tag of the picture, not of the GPS block
   * @return its name, or null if it is not of the standard
   */
  static String main(int tag) {
    return MAIN_NAMES.get(tag);
  }

  /**
   * @param tag number of a tag of the GPS block
   * @return its name, or null
   */
  static String place(int tag) {
    return PLACE_NAMES.get(tag);
  }
}
