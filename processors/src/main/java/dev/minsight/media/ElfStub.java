package dev.minsight.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a shared library that contains nothing.
 *
 * <p>The bundled ffmpeg is linked against desktop libraries (PulseAudio, XCB, ALSA) that servers do
 * not have and that we never call. The loader only insists that a library of that name exists;
 * functions are bound when first called, so an empty ELF64 object (System V ABI, chapters 4 and 5:
 * one loadable and one dynamic segment, an empty symbol and hash table) satisfies it.
 */
final class ElfStub {

  private static final short X86_64 = 62;
  private static final short AARCH64 = 183;
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int DYNAMIC_ENTRIES = 7;

  private ElfStub() {}

  /**
   * @param soname name of the library
   * @param arch {@code os.arch} of the machine
   * @return the bytes of the library
   */
  static byte[] library(String soname, String arch) {
    byte[] name = soname.getBytes(StandardCharsets.US_ASCII);
    int dynamic = HEADER + 2 * PROGRAM_HEADER;
    int strings = dynamic + DYNAMIC_ENTRIES * 16;
    int symbols = (strings + name.length + 2 + 7) & ~7;
    int hash = symbols + 24;
    int end = hash + 20;
    ByteBuffer elf = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    header(elf, arch.equals("aarch64") ? AARCH64 : X86_64);
    programHeader(elf, 1, 0, end, 0x10000);
    programHeader(elf, 2, dynamic, DYNAMIC_ENTRIES * 16, 8);
    long[][] entries = {
      {14, 1}, // DT_SONAME, offset of the name in the string table
      {4, hash}, // DT_HASH
      {5, strings}, // DT_STRTAB
      {6, symbols}, // DT_SYMTAB
      {10, name.length + 2}, // DT_STRSZ
      {11, 24}, // DT_SYMENT
      {0, 0} // DT_NULL
    };
    for (long[] entry : entries) {
      elf.putLong(entry[0]).putLong(entry[1]);
    }
    elf.put((byte) 0).put(name).put((byte) 0);
    // one bucket, one (null) symbol
    elf.position(hash).putInt(1).putInt(1).putInt(0).putInt(0);
    return elf.array();
  }

  private static void header(ByteBuffer elf, short machine) {
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    // ET_DYN, no entry point, two program headers, no sections
    elf.putShort((short) 3).putShort(machine).putInt(1).putLong(0).putLong(HEADER).putLong(0);
    elf.putInt(0).putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 2);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void programHeader(ByteBuffer elf, int type, long at, long size, long align) {
    elf.putInt(type).putInt(6).putLong(at).putLong(at).putLong(at);
    elf.putLong(size).putLong(size).putLong(align);
  }
}
