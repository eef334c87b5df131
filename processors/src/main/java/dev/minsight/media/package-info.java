/** Bytes to facts and pixels: sniff, guard, decode, orient, resize, metadata, digests, ffmpeg. */
package dev.minsight.media;
