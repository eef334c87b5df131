package dev.minsight.api;

import dev.minsight.support.ApiException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A request whose body was read and can be read once more. */
final class RepeatableBody extends HttpServletRequestWrapper {

  private final byte[] bytes;

  private RepeatableBody(HttpServletRequest request, byte[] bytes) {
    super(request);
    this.bytes = bytes;
  }

  /**
   * @param most largest body, bytes
   * @throws ApiException 413 if it is larger
   */
  static RepeatableBody of(HttpServletRequest request, int most) throws IOException {
    byte[] bytes = request.getInputStream().readNBytes(most + 1);
    if (bytes.length > most) {
      throw new ApiException(413, "a body that is no form may have at most " + most + " bytes");
    }
    return new RepeatableBody(request, bytes);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Stream(new ByteArrayInputStream(bytes));
  }

  @Override
  public BufferedReader getReader() {
    String charset = getCharacterEncoding();
    return new BufferedReader(
        new InputStreamReader(
            new ByteArrayInputStream(bytes),
            charset == null ? StandardCharsets.UTF_8 : Charset.forName(charset)));
  }

  private static final class Stream extends ServletInputStream {

    private final ByteArrayInputStream in;

    Stream(ByteArrayInputStream in) {
      this.in = in;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return in.read(buffer, offset, length);
    }

    @Override
    public boolean isFinished() {
      return in.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException("the body is there already; read it");
    }
  }
}
